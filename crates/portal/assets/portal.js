// The pages work without this file, except signing. It refreshes the overview and speaks to the official's signing program (NCALayer).
"use strict";

(() => {
  const live = document.querySelector("[data-live]");
  if (live) refresh(live);
  for (const picture of document.querySelectorAll("details.picture")) {
    place(picture);
    picture.addEventListener("toggle", () => place(picture));
  }
  for (const form of document.querySelectorAll("form[data-sign]")) prepare(form);

  // Keeps the overview fresh. Can be paused; stops while the page is hidden; says when the connection is lost.
  function refresh(area) {
    const button = document.querySelector("[data-pause]");
    let paused = false;
    let busy = false;
    let last = area.innerHTML;
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => {
        paused = !paused;
        button.textContent = paused ? button.dataset.goText : button.dataset.pauseText;
      });
    }
    setInterval(async () => {
      if (paused || busy || document.hidden || area.contains(document.activeElement)) return;
      busy = true;
      try {
        const answer = await fetch(area.dataset.live, { headers: { accept: "text/html" }, credentials: "same-origin", redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const text = await answer.text();
        if (text !== last) {
          const lanes = area.querySelector(".lanes");
          const place = lanes ? lanes.scrollLeft : 0;
          area.innerHTML = text;
          last = text;
          const now = area.querySelector(".lanes");
          if (now) now.scrollLeft = place;
        }
        area.classList.remove("lost");
        area.removeAttribute("data-said");
      } catch {
        area.classList.add("lost");
        area.setAttribute("data-said", area.dataset.lost);
      } finally {
        busy = false;
      }
    }, 2000);
  }

  // Brings the place where the case is into sight; where it is nowhere, the picture stays at its beginning.
  function place(picture) {
    const area = picture.querySelector(".drawing");
    const token = area && area.querySelector(".incident, .token");
    if (!picture.open || !token) return;
    const [frame, mark] = [area.getBoundingClientRect(), token.getBoundingClientRect()];
    area.scrollLeft += mark.left + mark.width / 2 - frame.left - frame.width / 2;
    area.scrollTop += mark.top + mark.height / 2 - frame.top - frame.height / 2;
  }

  // Signs the content of a form with the person's own program and sends the form.
  function prepare(form) {
    const button = form.querySelector("[data-sign-button]");
    const said = form.querySelector(".signing");
    const field = form.querySelector("[name=signature]");
    const say = (text) => { said.textContent = text; };
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const signature = await sign(form.dataset, say);
        if (signature === null) {
          say(form.dataset.cancelled);
        } else {
          field.value = signature;
          say(form.dataset.sending);
          form.submit();
          return;
        }
      } catch (problem) {
        say(problem.message);
      }
      button.disabled = false;
    });
  }

  // One request of the module `basics` of NCALayer: a detached CMS signature over the content. Answers null when the person cancels.
  function sign(words, say) {
    return new Promise((resolve, reject) => {
      let socket;
      let asked = false;
      const fail = (text) => { reject(new Error(text)); if (socket) socket.close(); };
      say(words.connecting);
      try {
        socket = new WebSocket(words.sign);
      } catch {
        fail(words.none);
        return;
      }
      const late = setTimeout(() => { if (!asked) fail(words.none); }, 10000);
      const ask = () => {
        if (asked) return;
        asked = true;
        clearTimeout(late);
        say(words.waiting);
        socket.send(JSON.stringify({
          module: "kz.gov.pki.knca.basics",
          method: "sign",
          args: {
            allowedStorages: null,
            format: "cms",
            data: words.content,
            signingParams: { decode: true, encapsulate: false, digested: false, tsaProfile: null },
            signerParams: { extKeyUsageOids: [], chain: [] },
            locale: words.lang,
          },
        }));
      };
      socket.addEventListener("open", ask);
      socket.addEventListener("message", (event) => {
        let answer;
        try {
          answer = JSON.parse(event.data);
        } catch {
          return;
        }
        // The greeting with the program's version is no answer.
        if (answer.result && answer.result.version) return;
        if (answer.status === false || (answer.code && String(answer.code) !== "200")) {
          fail(`${words.failed} ${answer.message || answer.details || ""}`.trim());
          return;
        }
        const result = answer.body && answer.body.result;
        const signature = Array.isArray(result) ? result[0] : result;
        resolve(typeof signature === "string" && signature ? signature : null);
        socket.close();
      });
      socket.addEventListener("error", () => fail(words.none));
      socket.addEventListener("close", () => { clearTimeout(late); reject(new Error(asked ? words.failed : words.none)); });
    });
  }
})();

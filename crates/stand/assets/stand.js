// Brings new messages into an open telephone. Without it the page works all the same: reload shows them.
'use strict';
const thread = document.getElementById('thread');
if (thread) {
  const bottom = () => { thread.scrollTop = thread.scrollHeight; };
  bottom();
  let last = thread.innerHTML;
  setInterval(async () => {
    if (document.hidden || thread.contains(document.activeElement)) return;
    try {
      const answer = await fetch(thread.dataset.fresh);
      if (!answer.ok) return;
      const fresh = await answer.text();
      if (fresh !== last) { thread.innerHTML = fresh; last = fresh; bottom(); }
    } catch { /* the stand is restarting: the next round will find it */ }
  }, 1500);
}

#!/usr/bin/env python3
"""Pictures of every page at 1280 and 390 px, and one decision signed through the page's script, in headless Chromium.

Needs chromium and chromedriver; no Python packages. Usage: crates/portal/tests/pictures.py OUTPUT_FOLDER
Checks on the way that no page scrolls sideways and that the browser's console stays empty.
"""
import base64, json, os, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
ADDRESS = "127.0.0.1:18980"
DRIVER = "http://127.0.0.1:18981"
OUT = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
os.makedirs(OUT, exist_ok=True)


def driver(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(DRIVER + path, data=data, method=method, headers={"content-type": "application/json"})
    try:
        return json.load(urllib.request.urlopen(request, timeout=60))["value"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.read().decode()[:800]}")


class Browser:
    def __init__(self, profile):
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}"]
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": flags, "binary": "/usr/bin/chromium"}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.id = driver("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self.bad = []

    def call(self, method, path, body=None):
        return driver(method, f"/session/{self.id}{path}", body)

    def cdp(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def js(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def go(self, path):
        self.call("POST", "/url", {"url": f"http://{ADDRESS}{path}"})

    def width(self, width):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)

    def picture(self, name):
        over = self.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.bad.append(f"{name}: scrolls sideways by {over} px")
        for line in self.call("POST", "/se/log", {"type": "browser"}):
            expected = "status of 404" in line["message"] or "status of 422" in line["message"]
            if line["level"] in ("SEVERE", "WARNING") and not expected:
                self.bad.append(f"{name}: console: {line['message'][:200]}")
        height = min(self.js("return document.documentElement.scrollHeight"), 6000)
        width = self.js("return document.documentElement.clientWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with open(os.path.join(OUT, name + ".png"), "wb") as file:
            file.write(base64.b64decode(shot["data"]))
        print(name, f"{width}x{height}")

    def sign_in(self, login, password):
        self.go("/sign-in")
        self.js("document.querySelector('[name=login]').value=arguments[0];document.querySelector('[name=password]').value=arguments[1];"
                "document.querySelector('form[action=\"/sign-in\"]').submit()", login, password)
        self.until("return location.pathname !== '/sign-in'")

    def until(self, script, seconds=15):
        end = time.time() + seconds
        while not self.js(script):
            if time.time() > end:
                sys.exit(f"waited in vain for: {script}\n{self.js('return document.body.innerText')[:1500]}")
            time.sleep(0.1)


def main():
    environment = dict(os.environ, PICTURES=ADDRESS)
    command = ["cargo", "test", "-q", "-p", "portal", "--test", "it", "--", "--ignored", "--nocapture", "serve_for_pictures"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    facts, passwords = {}, {}
    for line in server.stdout:
        words = line.split()
        if words[:1] == ["account"]:
            passwords[words[1]] = words[2]
        elif words[:1] in (["case"], ["iin"]):
            facts[words[0]] = words[1]
        elif words[:1] == ["ready"]:
            break
    if server.poll() is not None:
        sys.exit("the server did not start")
    chromedriver = subprocess.Popen(["chromedriver", "--port=18981"], stdout=subprocess.DEVNULL)
    time.sleep(1.5)
    try:
        with tempfile.TemporaryDirectory() as profile:
            browser = Browser(profile)
            look(browser, facts, passwords)
            browser.call("DELETE", "")
            for problem in browser.bad:
                print("PROBLEM", problem)
            if browser.bad:
                sys.exit(1)
    finally:
        chromedriver.terminate()
        server.terminate()


def both(browser, name, path, lang):
    for width, size in ((1280, "wide"), (390, "phone")):
        browser.width(width)
        browser.go(path + ("&" if "?" in path else "?") + "lang=" + lang)
        time.sleep(0.2)
        browser.picture(f"{name}-{size}")


def look(browser, facts, passwords):
    story = f"/cases/{facts['case']}"
    both(browser, "01-overview", "/", "kk")
    both(browser, "02-cases", "/cases", "ru")
    both(browser, "03-story", story, "en")
    both(browser, "04-log", "/log", "ru")
    browser.js("document.querySelector('tbody a').click()")
    browser.until("return location.pathname.startsWith('/log/')")
    both(browser, "05-exchange", browser.js("return location.pathname"), "en")
    both(browser, "06-clock", "/clock", "kk")
    both(browser, "07-parameters", "/parameters", "kk")
    both(browser, "08-about", "/about", "en")
    both(browser, "09-sign-in", "/sign-in", "kk")
    both(browser, "10-not-found", "/nowhere", "ru")
    browser.sign_in("operator", passwords["operator"])
    both(browser, "11-clock-operator", "/clock", "en")
    both(browser, "12-ledger-operator", "/ledger", "ru")
    browser.go(story + "?lang=ru")
    browser.js("document.querySelector('.open-data').open=true;document.querySelector('[name=reason]').value='Обращение гражданина № 7';document.querySelector('.open-data form').submit()")
    browser.until("return document.querySelector('.quiet-notice') !== null")
    for width, size in ((1280, "wide"), (390, "phone")):
        browser.width(width)
        browser.picture(f"13-story-opened-{size}")
    browser.go("/ledger?lang=ru")
    browser.js("document.querySelector('[name=iin]').value=arguments[0];document.querySelector('[name=reason]').value='Жалоба № 12';document.querySelector('.filter').submit()", facts["iin"])
    browser.until("return document.querySelector('tbody') !== null")
    for width, size in ((1280, "wide"), (390, "phone")):
        browser.width(width)
        browser.picture(f"14-ledger-found-{size}")
    browser.sign_in("head", passwords["head"])
    both(browser, "15-inbox", "/inbox", "kk")
    task = browser.js("return document.querySelector('tbody a').pathname")
    both(browser, "16-task", task, "kk")
    browser.width(1280)
    browser.go(task + "?lang=ru")
    browser.js("document.querySelector('form.answer').submit()")
    browser.until("return document.querySelector('[role=alert]') !== null")
    browser.picture("17-task-mend-wide")
    browser.js("document.querySelector('[value=assign]').checked=true;document.querySelector('form.answer').submit()")
    browser.until("return document.querySelector('[data-sign-button]') !== null")
    for width, size in ((1280, "wide"), (390, "phone")):
        browser.width(width)
        browser.picture(f"18-sign-{size}")
    browser.js("document.querySelector('[data-sign-button]').click()")
    browser.until("return location.pathname === '/inbox'")
    browser.picture("19-done-phone")
    time.sleep(2)
    browser.width(1280)
    browser.go(story + "?lang=kk")
    browser.until("return document.body.innerText.includes('Тағайындалды')")
    browser.picture("20-story-ended-wide")


main()

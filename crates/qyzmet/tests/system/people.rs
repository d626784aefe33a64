//! What people do and see: families and banks in the stand, an official and an operator at the pages.

use serde_json::{Value, json};

use crate::http::{self, Reply, between, encoded, exchange, form, unescaped};
use crate::socket;
use crate::system::{System, eventually};

/// The short number of the Call centre.
pub const NUMBER: &str = "1414";

/// A named family of the stand.
#[derive(Debug, Clone)]
pub struct Family {
    pub id: String,
    pub mother: String,
    pub addressee: String,
    phones: Vec<String>,
}

impl Family {
    /// The digits of the phone of the one who is asked.
    pub fn phone(&self) -> &str {
        self.phones.first().expect("a phone").trim_start_matches('+')
    }
}

/// The control interface of the stand and what is to be seen there.
impl System {
    /// One call of the control interface; fails unless it succeeds.
    pub fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let reply = self.try_control(method, path, body);
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.body);
        reply.json()
    }

    fn try_control(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let body = body.map(Value::to_string).unwrap_or_default();
        let headers = [("content-type", "application/json")];
        let path = format!("/control{path}");
        exchange(self.ports.stand, method, &path, &headers, body.as_bytes()).expect("the stand answers")
    }

    /// The family of a story.
    pub fn family(&self, id: &str) -> Family {
        let stories = self.control("GET", "/stories", None);
        let story = stories.as_array().unwrap().iter().find(|story| story["id"] == id).expect("a story");
        let text = |name: &str| story[name].as_str().unwrap().to_owned();
        let phones =
            story["phones"].as_array().unwrap().iter().map(|phone| phone.as_str().unwrap().to_owned());
        Family {
            id: id.to_owned(),
            mother: text("mother"),
            addressee: text("addressee"),
            phones: phones.collect(),
        }
    }

    /// A child is born; the register reports it. Gives the business key.
    pub fn birth(&self, family: &Family) -> String {
        let born = self.control("POST", "/births", Some(&json!({ "mother": family.mother })));
        born["caseRef"].as_str().expect("the register reports").to_owned()
    }

    /// The person writes to 1414.
    pub fn reply(&self, family: &Family, text: &str) {
        let path = format!("/sms/threads/{}", family.phone());
        self.control("POST", &path, Some(&json!({ "number": NUMBER, "text": text })));
    }

    /// The SMS that came to the phone, oldest first.
    pub fn received(&self, family: &Family) -> Vec<String> {
        let thread = self.control("GET", &format!("/sms/threads/{}", family.phone()), None);
        let messages =
            thread.as_array().unwrap().iter().filter(|message| {
                message["way"].as_str().is_some_and(|way| way.eq_ignore_ascii_case("tophone"))
            });
        messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until an SMS that contains `part` has come to the phone.
    pub fn sms(&self, family: &Family, part: &str) -> String {
        let about = format!("an SMS with `{part}` to `{}`", family.id);
        eventually(&about, || {
            let received = self.received(family);
            received.iter().find(|text| text.contains(part)).cloned().ok_or_else(|| format!("{received:?}"))
        })
    }

    /// The payments booked for a case.
    pub fn payments(&self, case: &str) -> Vec<Value> {
        let table = self.control("GET", &format!("/tables/payments?column=caseRef&value={case}"), None);
        table["rows"].as_array().unwrap().clone()
    }

    /// Waits for the payment of a case.
    pub fn paid(&self, case: &str) -> Value {
        eventually("the payment", || {
            let mut rows = self.payments(case);
            assert!(rows.len() < 2, "paid twice: {rows:?}");
            rows.pop().ok_or_else(|| self.story(case))
        })
    }

    /// Sets the faults of an outside system or of one of its services.
    pub fn fault(&self, id: &str, faults: &Value) {
        self.control("PUT", &format!("/faults/{id}"), Some(faults));
    }

    /// Everything works again.
    pub fn mend(&self) {
        self.control("DELETE", "/faults", None);
    }

    /// The case page of an installation's demonstration, in English, as a visitor sees it.
    pub fn story(&self, case: &str) -> String {
        let path = format!("/cases/{}?lang=en", encoded(case));
        match exchange(self.ports.portal, "GET", &path, &[], b"") {
            Ok(reply) => unescaped(&reply.body),
            Err(error) => error.to_string(),
        }
    }

    /// Waits until the case has this outcome, in the words of the service.
    pub fn outcome(&self, case: &str, words: &str) -> String {
        self.told(case, &format!("<dd><b>{words}</b></dd>"))
    }

    /// Waits until the story of the case says this; gives the page.
    pub fn told(&self, case: &str, part: &str) -> String {
        eventually(&format!("the case page says `{part}`"), || {
            let story = self.story(case);
            if story.contains(part) { Ok(story) } else { Err(parts(&story)) }
        })
    }
}

/// What a case page says of each participant, without pictures and histories, for messages.
pub fn parts(page: &str) -> String {
    let sections = page.split("<section class=\"part\"").skip(1);
    let said: Vec<String> =
        sections.map(|part| plain(part.split("<details").next().unwrap_or_default())).collect();
    if said.is_empty() { plain(page) } else { said.join(" | ") }
}

/// A page without its tags, for messages.
pub fn plain(page: &str) -> String {
    let main = between(page, "<main", "</main>").unwrap_or(page);
    let (mut text, mut inside) = (String::new(), true);
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Somebody at the pages, with the cookies of a browser.
pub struct Visitor {
    port: u16,
    ncalayer: u16,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    pub fn new(system: &System) -> Visitor {
        Visitor::at(system.ports.portal, system.ports.ncalayer)
    }

    pub fn at(port: u16, ncalayer: u16) -> Visitor {
        Visitor { port, ncalayer, cookies: vec![("qyzmet-lang".into(), "en".into())] }
    }

    /// One request with the cookies, which it keeps.
    pub fn request(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<Reply> {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie = pairs.join("; ");
        let mut headers = vec![("cookie", cookie.as_str())];
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        let reply = exchange(self.port, method, path, &headers, body.as_bytes())?;
        for (name, value) in &reply.headers {
            if name != "set-cookie" {
                continue;
            }
            let pair = value.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(reply)
    }

    /// A page that must be there.
    pub fn page(&mut self, path: &str) -> String {
        let reply = self.request("GET", path, "").expect("the pages answer");
        assert_eq!(reply.status, 200, "{path}: {}", plain(&reply.body));
        reply.body
    }

    /// Sends a form with the token of `page`.
    pub fn send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = between(page, "name=\"csrf\" value=\"", "\"").expect("a form").to_owned();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.request("POST", action, &form(&all)).expect("the pages answer")
    }

    /// As [`Visitor::send`]; nothing when the page has no form or the node does not answer.
    pub fn try_send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Option<Reply> {
        let csrf = between(page, "name=\"csrf\" value=\"", "\"")?.to_owned();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.request("POST", action, &form(&all)).ok()
    }

    /// Signs in with the certificate of the inserted token.
    pub fn sign_in_with_certificate(&mut self) -> Reply {
        let page = self.page("/sign-in?next=/inbox");
        let at = between(&page, "name=\"at\" value=\"", "\"").expect("a challenge").to_owned();
        let signature = self.signature(&page);
        let fields = [("next", "/inbox"), ("at", at.as_str()), ("signature", signature.as_str())];
        self.send(&page, "/sign-in/certificate", &fields)
    }

    /// Signs in with a password.
    pub fn sign_in(&mut self, login: &str, password: &str) -> Reply {
        let page = self.page("/sign-in");
        self.send(&page, "/sign-in", &[("next", "/"), ("login", login), ("password", password)])
    }

    /// Lets the signing program sign what the page gives it, as the page's script does.
    pub fn signature(&self, page: &str) -> String {
        let content = unescaped(between(page, "data-content=\"", "\"").expect("something to sign"));
        let request = json!({
            "module": "kz.gov.pki.knca.basics",
            "method": "sign",
            "args": {
                "allowedStorages": null,
                "format": "cms",
                "data": content,
                "signingParams": { "decode": true, "encapsulate": false, "digested": false, "tsaProfile": null },
                "signerParams": { "extKeyUsageOids": [], "chain": [] },
                "locale": "en",
            },
        });
        let answer = socket::ask(self.ncalayer, &request.to_string());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let result = &answer["body"]["result"];
        let signature = result.as_str().or_else(|| result[0].as_str());
        signature.unwrap_or_else(|| panic!("not signed: {answer}")).to_owned()
    }

    /// The address of the official's task of a case, once it is open.
    pub fn task(&mut self, case: &str) -> String {
        eventually("a task of the case in the inbox", || {
            let page = self.page("/inbox");
            let row = page.split("<tr").find(|row| row.contains(case));
            let address = row.and_then(|row| between(row, "href=\"/inbox/", "\""));
            address.map(|address| format!("/inbox/{address}")).ok_or_else(|| plain(&page))
        })
    }

    /// Answers the task of a case with these fields and signs what is to be signed.
    pub fn decide(&mut self, case: &str, answers: &[(&str, &str)]) {
        let task = self.task(case);
        let page = self.page(&task);
        let mut reply = self.send(&page, &task, answers);
        if reply.status == 200 {
            let signature = self.signature(&reply.body);
            let mut signed = answers.to_vec();
            signed.push(("signature", &signature));
            let page = reply.body;
            reply = self.send(&page, &task, &signed);
        }
        let to = reply.header("location").unwrap_or_default();
        assert!(
            reply.status == 303 && to.starts_with("/inbox?done="),
            "{} {}",
            reply.status,
            plain(&reply.body)
        );
    }
}

/// Officials and operators.
impl System {
    /// The official whose token is inserted, signed in.
    pub fn official(&self) -> Visitor {
        let mut visitor = Visitor::new(self);
        let reply = eventually("the official signs in", || {
            let reply = visitor.sign_in_with_certificate();
            if reply.status == 303 { Ok(reply) } else { Err(plain(&reply.body)) }
        });
        assert_eq!(reply.header("location"), Some("/inbox"));
        visitor
    }

    /// Logins and passwords as they were shown at the first start.
    pub fn accounts(&self) -> Vec<(String, String)> {
        let said = self.said();
        let shown = said.lines().skip_while(|line| !line.contains("accounts made now")).skip(1);
        let pairs = shown.map_while(|line| {
            let mut words = line.strip_prefix("    ")?.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        });
        pairs.collect()
    }

    /// Login and password of the operator.
    pub fn operator_account(&self) -> (String, String) {
        self.accounts().into_iter().find(|(login, _)| login == "operator").expect("an operator")
    }

    /// The operator whose password was shown at the first start.
    pub fn operator(&self) -> Visitor {
        let (login, password) = self.operator_account();
        let mut visitor = Visitor::new(self);
        let reply = visitor.sign_in(&login, &password);
        assert_eq!(reply.status, 303, "{}", plain(&reply.body));
        visitor
    }

    /// The legal time of the stand, which follows the node's.
    pub fn legal_now(&self) -> jiff::Timestamp {
        let clock = self.control("GET", "/clock", None);
        clock["now"].as_str().unwrap().parse().unwrap()
    }

    /// Sets the legal clock forward to a moment and waits until the stand has followed.
    pub fn advance_to(&self, operator: &mut Visitor, moment: jiff::Timestamp) {
        let page = operator.page("/clock");
        let ms = moment.as_millisecond().to_string();
        let reply = operator.send(&page, "/clock", &[("to", "moment"), ("moment", &ms)]);
        assert_eq!(reply.status, 303, "{}", plain(&reply.body));
        eventually("the stand follows the legal clock", || {
            let now = self.legal_now();
            if now >= moment { Ok(()) } else { Err(now.to_string()) }
        });
    }

    /// Sets the legal clock forward by hours.
    pub fn advance(&self, operator: &mut Visitor, hours: i64) {
        let moment = self.legal_now() + jiff::SignedDuration::from_hours(hours);
        self.advance_to(operator, moment);
    }
}

/// A number of a metric for every participant that has one.
pub fn metric(port: u16, name: &str) -> Vec<(String, u64)> {
    let page = http::exchange(port, "GET", "/metrics", &[], b"").map(|reply| reply.body).unwrap_or_default();
    let lines = page.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?.strip_prefix("{participant=\"")?;
        let (participant, value) = rest.split_once("\"} ")?;
        Some((participant.to_owned(), value.parse().ok()?))
    });
    lines.collect()
}

impl System {
    /// The message log of the gateways, filtered.
    pub fn log_page(&self, query: &str) -> String {
        let path = format!("/log?lang=en&{query}");
        match exchange(self.ports.portal, "GET", &path, &[], b"") {
            Ok(reply) => reply.body,
            Err(error) => error.to_string(),
        }
    }
}

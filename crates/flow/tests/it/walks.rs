//! Random cases of random models. Models are put together from blocks that are sound by construction, so whatever happens to a
//! case, it can be brought to its end; the promises of the room are checked after every step by [`Run::step`].

use std::fmt::Write;

use flow::{Effect, Input, Resolution};
use proptest::prelude::*;

use crate::run::{Run, context};

/// A source of decisions that a failing test can shrink.
struct Dice<'d> {
    bytes: std::slice::Iter<'d, u8>,
}

impl Dice<'_> {
    fn roll(&mut self, sides: usize) -> usize {
        self.bytes.next().map_or(0, |byte| usize::from(*byte) % sides)
    }

    fn are_left(&self) -> bool {
        self.bytes.len() > 0
    }
}

/// Writes a model of nested blocks in the short notation.
struct Builder<'b, 'd> {
    dice: &'b mut Dice<'d>,
    last: usize,
    nodes: String,
    called: String,
}

impl Builder<'_, '_> {
    fn id(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}{}", self.last)
    }

    fn say(&mut self, text: &str) {
        self.nodes.push_str(text);
        self.nodes.push('\n');
    }

    /// A piece with one way in and one way out: the ids of its first and last node.
    fn block(&mut self, depth: usize) -> (String, String) {
        match if depth == 0 { self.dice.roll(4) } else { self.dice.roll(13) } {
            0 | 1 => self.simple("service", "call=x"),
            2 => self.simple("task", ""),
            3 => self.simple("catch", "timer=PT1H"),
            4 => self.parallel(depth),
            5 => self.exclusive(depth),
            6 => self.inclusive(depth),
            7 => self.repeated(),
            8 => self.interrupted(depth),
            9 => self.events(depth),
            10 => self.sub_process(depth),
            11 => self.looped(depth),
            _ => self.called(depth),
        }
    }

    fn simple(&mut self, kind: &str, options: &str) -> (String, String) {
        let id = self.id(kind);
        self.say(&format!("{kind} {id} {options}"));
        (id.clone(), id)
    }

    fn sequence(&mut self, depth: usize) -> (String, String) {
        let (first, mut last) = self.block(depth);
        for _ in 0..self.dice.roll(3) {
            let (next, end) = self.block(depth);
            self.say(&format!("{last} -> {next}"));
            last = end;
        }
        (first, last)
    }

    fn branches(
        &mut self,
        kind: &str,
        depth: usize,
        condition: impl Fn(usize) -> &'static str,
    ) -> (String, String) {
        let (fork, join) = (self.id(kind), self.id(kind));
        self.say(&format!("{kind} {fork}\n{kind} {join}"));
        for branch in 0..2 + self.dice.roll(2) {
            let (first, last) = self.sequence(depth - 1);
            self.say(&format!("{fork} -> {first}{}\n{last} -> {join}", condition(branch)));
        }
        (fork, join)
    }

    fn parallel(&mut self, depth: usize) -> (String, String) {
        self.branches("parallel", depth, |_| "")
    }

    fn exclusive(&mut self, depth: usize) -> (String, String) {
        let taken = self.dice.roll(2) == 0;
        self.branches("exclusive", depth, move |branch| match (branch, taken) {
            (0, true) => " if true",
            (1, _) => " default",
            _ => " if false",
        })
    }

    fn inclusive(&mut self, depth: usize) -> (String, String) {
        let taken = self.dice.roll(3);
        self.branches("inclusive", depth, move |branch| match branch {
            1 => " default",
            0 if taken > 0 => " if true",
            2 if taken > 1 => " if true",
            _ => " if false",
        })
    }

    fn repeated(&mut self) -> (String, String) {
        let id = self.id("many");
        let kind = if self.dice.roll(2) == 0 { "sequential" } else { "" };
        let items = ["[]", "[1]", "[1,2,3]"][self.dice.roll(3)];
        self.say(&format!(
            "service {id} call=x\nloop {id} over={items} item=i into={id}s from=loopCounter {kind}"
        ));
        (id.clone(), id)
    }

    /// An activity with boundary events that lead round it.
    fn interrupted(&mut self, depth: usize) -> (String, String) {
        let (host, _) =
            if self.dice.roll(2) == 0 { self.simple("service", "call=x") } else { self.sub_process(depth) };
        let (merge, late, wrong, told) = (self.id("exclusive"), self.id("b"), self.id("b"), self.id("b"));
        let end = self.id("end");
        self.say(&format!(
            "exclusive {merge}\nboundary {late} on={host} timer=PT1H\nboundary {wrong} on={host} error"
        ));
        self.say(&format!(
            "boundary {told} on={host} message={told} key='\"k\"' gentle\nend {end}\n{told} -> {end}"
        ));
        self.say(&format!("{host} -> {merge}\n{late} -> {merge}\n{wrong} -> {merge}"));
        (host, merge)
    }

    fn events(&mut self, depth: usize) -> (String, String) {
        let (gate, merge, timer, message) =
            (self.id("first"), self.id("exclusive"), self.id("c"), self.id("m"));
        self.say(&format!("first {gate}\nexclusive {merge}\ncatch {timer} timer=PT1H"));
        self.say(&format!("receive {message} message={message} key='\"k\"'"));
        let (first, last) = self.block(depth - 1);
        self.say(&format!("{gate} -> {timer} -> {merge}\n{gate} -> {message} -> {first}\n{last} -> {merge}"));
        (gate, merge)
    }

    fn sub_process(&mut self, depth: usize) -> (String, String) {
        let (id, start, end) = (self.id("sub"), self.id("start"), self.id("end"));
        let before = std::mem::take(&mut self.nodes);
        let (first, last) = self.sequence(depth - 1);
        let how = if self.dice.roll(4) == 0 { " terminate" } else { "" };
        self.say(&format!("start {start}\nend {end}{how}\n{start} -> {first}\n{last} -> {end}"));
        if self.dice.roll(3) == 0 {
            self.event_sub_process();
        }
        let inside = std::mem::replace(&mut self.nodes, before);
        self.say(&format!("sub {id} {{\n{inside}}}"));
        (id.clone(), id)
    }

    fn event_sub_process(&mut self) {
        let (id, start, task, end) = (self.id("event"), self.id("es"), self.id("service"), self.id("end"));
        let kind = ["", "gentle"][self.dice.roll(2)];
        self.say(&format!(
            "event {id} {{\nstart {start} message={start} key='\"k\"' {kind}\nservice {task} call=x\nend {end}\n{start} -> {task} -> {end}\n}}"
        ));
    }

    fn looped(&mut self, depth: usize) -> (String, String) {
        let (again, count, done) = (self.id("exclusive"), self.id("script"), self.id("exclusive"));
        let n = format!("n{}", self.last);
        self.say(&format!("exclusive {again}\nexclusive {done}\nscript {count} expression='if {n} = null then 1 else {n} + 1' result={n}"));
        let (first, last) = self.block(depth - 1);
        let (after, _) = self.simple("task", "");
        self.say(&format!("{again} -> {count} -> {first}\n{last} -> {done}"));
        self.say(&format!("{done} -> {again} if {n} < 2\n{done} -> {after} default"));
        (again, after)
    }

    fn called(&mut self, depth: usize) -> (String, String) {
        let (id, process, start, end) =
            (self.id("call"), self.id("process"), self.id("start"), self.id("end"));
        let before = std::mem::take(&mut self.nodes);
        let (first, last) = self.sequence(depth - 1);
        let inside = std::mem::replace(&mut self.nodes, before);
        _ = write!(
            self.called,
            "process {process} {{\n{inside}start {start}\nend {end}\n{start} -> {first}\n{last} -> {end}\n}}\n"
        );
        self.say(&format!("call {id} process={process}"));
        (id.clone(), id)
    }
}

fn model(dice: &mut Dice<'_>) -> String {
    let mut builder = Builder { dice, last: 0, nodes: String::new(), called: String::new() };
    let (first, last) = builder.sequence(3);
    let nodes = builder.nodes;
    format!(
        "process p {{\nstart s\nend e outcome=done\n{nodes}s -> {first}\n{last} -> e\n}}\n{}",
        builder.called
    )
}

/// Something that can happen to the case now; `wild` things may also go wrong.
fn happening(run: &Run, dice: &mut Dice<'_>, wild: bool) -> Option<Input> {
    let mut possible: Vec<Input> = Vec::new();
    for (work, effect) in &run.open.works {
        let result = context(r#"{"answer": 1}"#);
        let Effect::Call { .. } = effect else { continue };
        possible.push(Input::Completed { work: *work, result });
        if wild {
            let message = "no".to_owned();
            possible.push(Input::Failed {
                work: *work,
                code: Some("E".into()),
                message: message.clone(),
                retry: false,
            });
            possible.push(Input::Failed { work: *work, code: None, message: message.clone(), retry: false });
            possible.push(Input::Failed { work: *work, code: None, message, retry: true });
        }
    }
    for incident in run.open.incidents.keys() {
        let retry = Resolution::Retry { variables: context("{}") };
        possible.push(Input::Resolve { incident: *incident, by: "x".into(), resolution: retry });
    }
    for timer in run.state.timers.keys() {
        possible.push(Input::TimerFired { timer: *timer });
    }
    let gentle = |element: &str| element.starts_with('b') || element.starts_with("es");
    for (subscription, awaited) in &run.state.subscriptions {
        // What only adds tokens cannot bring a case to its end.
        if wild || !gentle(&awaited.element) {
            let (subscription, payload) = (*subscription, context(r#"{"told": 2}"#));
            possible.push(Input::MessageArrived { subscription, payload, message_id: None });
        }
    }
    if wild {
        possible.push(Input::CalendarChanged);
    }
    let at = dice.roll(possible.len().max(1));
    possible.into_iter().nth(at)
}

fn happen(run: &mut Run, input: Input) {
    match &input {
        Input::Completed { work, .. } | Input::Failed { work, retry: false, .. } => {
            drop(run.open.works.remove(work))
        }
        _ => {}
    }
    run.step(input);
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_sound_case_can_be_brought_to_its_end(
        shape in proptest::collection::vec(any::<u8>(), 0..60),
        happenings in proptest::collection::vec(any::<u8>(), 0..60),
        fuel in prop_oneof![Just(1_000_000_u64), 0..2_000_u64],
    ) {
        let text = model(&mut Dice { bytes: shape.iter() });
        let mut run = Run::new(&text);
        run.fuel = fuel;
        run.start("{}");
        let mut dice = Dice { bytes: happenings.iter() };
        while dice.are_left() && run.open.ended.is_none() {
            match happening(&run, &mut dice, true) {
                Some(input) => happen(&mut run, input),
                None => break,
            }
        }
        run.fuel = 1_000_000;
        let mut patience = 3_000;
        while run.open.ended.is_none() {
            let next = happening(&run, &mut Dice { bytes: [0_u8; 0].iter() }, false);
            prop_assert!(next.is_some(), "tokens at {} wait for nothing\n{text}", run.at());
            happen(&mut run, next.unwrap());
            patience -= 1;
            prop_assert!(patience > 0, "tokens at {} do not come to an end\n{text}", run.at());
        }
        prop_assert_eq!(run.outcome(), Some("done".to_owned()), "{}", text);
        prop_assert_eq!(run.completed().split(' ').filter(|id| *id == "e").count(), 1, "one token in, one token out\n{}", text);
    }

    #[test]
    fn a_case_can_be_given_up_at_any_time_and_leaves_nothing_open(
        shape in proptest::collection::vec(any::<u8>(), 0..60),
        happenings in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut run = Run::started(&model(&mut Dice { bytes: shape.iter() }), "{}");
        let mut dice = Dice { bytes: happenings.iter() };
        while dice.are_left() && run.open.ended.is_none() {
            match happening(&run, &mut dice, true) {
                Some(input) => happen(&mut run, input),
                None => break,
            }
        }
        if run.open.ended.is_none() {
            run.step(Input::Cancel { reason: "a test".into() });
        }
        let open = &run.open;
        prop_assert!(open.works.is_empty() && open.timers.is_empty() && open.subscriptions.is_empty() && open.incidents.is_empty());
    }
}

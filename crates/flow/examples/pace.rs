//! How many steps a second one thread makes: a procedure of ten steps (seven computed, two calls, one timer), from start to end.
//! `cargo run --release -p flow --example pace`

use std::time::{Duration, Instant};

use flow::{CaseState, Effect, Env, Input, Program};
use rules::{Context, Functions};

const MODEL: &str = include_str!("pace.bpmn");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = Program::read(&[("pace.bpmn", MODEL)])?;
    let (functions, zone, parameters) = (Functions::new(), calendar::almaty(), Context::new());
    let env = Env {
        now: "2024-04-01T05:00:00Z".parse()?,
        zone: &zone,
        calendar: calendar::Calendar::kazakhstan(),
        parameters: &parameters,
        functions: &functions,
        decisions: &program,
        fuel: Env::FUEL,
    };
    let (mut cases, mut steps, mut events, mut bytes) = (0_u64, 0_u64, 0_u64, 0_u64);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        let variables = Context::new().with("n", 1).with("caseRef", "00000000-0000-0000-0000-000000000000");
        let mut input =
            Some(Input::Start { process: "pace".into(), start_event: None, variables, message_id: None });
        let mut state = CaseState::new();
        while let Some(next) = input.take() {
            let transition = flow::step(&program, &state, next, &env)?;
            steps += 1;
            events += transition.events.len() as u64;
            state = transition.state;
            bytes = bytes.max(serde_json::to_vec(&state)?.len() as u64);
            input = transition.effects.iter().find_map(|effect| match effect {
                Effect::Call { work, .. } => {
                    Some(Input::Completed { work: *work, result: Context::new().with("answer", 2) })
                }
                Effect::Schedule { timer, .. } => Some(Input::TimerFired { timer: *timer }),
                _ => None,
            });
        }
        if !state.has_ended() {
            return Err("the case did not end".into());
        }
        cases += 1;
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("cases_per_second {:.0}", cases as f64 / seconds);
    println!("steps_per_second {:.0}", steps as f64 / seconds);
    println!("events_per_case {}", events / cases);
    println!("largest_state_bytes {bytes}");
    Ok(())
}

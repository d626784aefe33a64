//! Every branch of chapter 2 as a scenario, each named after its paragraph and readable like it.
//!
//! A scenario plays people, officials and outside systems over a fresh system that begins on Monday, 1 April 2024 at ten in the
//! morning, and says at every step what must be so. It must never look at how the models reach it.

mod account;
mod application_and_decision;
mod candidate;
mod completion;
mod consent;
mod control;
mod hostile;
mod payment_and_notice;

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::bundle::Bundle;
use jiff::SignedDuration;

use crate::outside::Sms;
use crate::people::expect;
use crate::{Content, Failed, Simulation, Trace};

/// When every scenario begins.
pub const BEGINS: &str = "2024-04-01T10:00:00";

/// A scenario.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Its name: paragraph, then what it shows.
    pub name: &'static str,
    /// Plays it over a fresh system.
    pub play: fn(&mut Simulation) -> Result<(), Failed>,
}

/// What came of a scenario.
pub struct Played {
    /// The system afterwards.
    pub simulation: Simulation,
    /// What was not as it must be.
    pub failed: Option<Failed>,
    /// How long it took.
    pub took: Duration,
}

impl Played {
    /// What was carried out.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn trace(&self) -> Result<Trace, crate::SimulationError> {
        self.simulation.trace()
    }
}

/// Hands the modules and names of all scenarios to a macro.
#[macro_export]
macro_rules! every_scenario {
    ($with:ident) => {
        $with! {
            candidate: [
                s06_fourth_child_opens_a_case, s06_third_child_opens_none, s06_father_receives_when_the_mother_is_dead,
                s06_no_parent_alive, s06_child_that_died_opens_none, s06_children_of_age_do_not_count,
                s06_twins_bring_one_allowance, s06_a_fact_reported_twice_opens_one_case, s06_application_in_the_payment_database,
                s06_case_file_in_the_payment_database, s06_application_in_emaket, s06_death_without_a_case,
                s08_not_confirmed, o6_no_new_case_after_the_pilot, s06_family_of_the_father_alone
            ]
            control: [
                s10_passed, s11_child_in_state_care, s11_each_reason_has_its_code, s11_data_of_another_person,
                s11_several_reasons, s11_child_abroad, s11_data_not_filled_in
            ]
            consent: [
                s13_no_number, s15_annex_1_through_access_control, s16_refusal, s17_consent_goes_to_emaket,
                s15_silence_ends_after_three_working_days, s15_reply_in_the_last_second, s15_at_night_nobody_is_written_to,
                s15_may_holidays_are_not_counted, s15_unreadable_reply_changes_nothing, s15_one_open_request_for_a_number,
                s15_never_delivered, s15_delivered_at_the_second_attempt, s15_no_receipt_is_no_failure,
                s15_another_phone_has_no_effect, s16_withdrawal_before_the_decision, s16_refusal_stands,
                s16_withdrawal_after_the_decision_has_no_effect, s16_withdrawal_of_a_stranger, s06_death_before_the_consent,
                s06_death_while_another_waits_for_the_number, o6_pilot_ends_before_the_consent,
                o6_those_with_consent_are_finished, o6_a_request_in_the_queue_is_not_sent_after_the_pilot,
                s15_the_centre_is_busy, s12_first_of_several_numbers
            ]
            account: [
                s18_no_bank_is_asked_without_consent, s18_only_integrated_banks, s19_1_one_bank, s19_2_several_banks,
                s19_2_first_line, s19_3_no_account, s19_several_accounts_in_one_bank, s19_reply_that_fits_nothing,
                s19_another_bank, s19_no_other_bank_left, s19_every_bank_can_be_chosen, s20_silence_brings_annex_5,
                s20_reply_in_the_last_second, s20_late_reply_has_no_effect, s20_silence_to_annex_3,
                s21_account_found_by_asking_again, s21_account_reported_by_the_bank, s21_nobody_opens_an_account,
                s21_account_in_the_last_hour, s21_bank_that_is_not_integrated, s22_silence_after_the_opening,
                s22_confirmed_in_the_last_second, s22_another_bank_after_the_opening, s18_a_silent_bank_is_not_no_account, s18_a_bank_answers_later,
                s19_offer_not_delivered, s21_annex_4_not_delivered, s21_a_silent_bank_while_an_account_is_awaited,
                s19_at_night_the_window_begins_in_the_morning, s18_silence_ends_after_one_working_day,
                s19_offer_delivered_at_the_second_attempt, s18_every_bank_is_asked_again
            ]
            application_and_decision: [
                s23_application_file_and_project, s23_applied_meanwhile, s23_applied_meanwhile_in_emaket, s24_assigned,
                s24_refused, s24_overdue_is_marked, s24_death_before_the_decision, s24_death_after_the_decision,
                s24_decision_of_the_last_day_is_in_time
            ]
            completion: [
                s25_returned_with_an_sms, s26_completed_and_decided, s26_completed_at_once, s26_branch_is_late,
                s26_no_documents_in_twenty_five_days, s26_thirty_days_and_nothing_more, s26_second_return,
                s26_second_return_ends_with_the_first_thirty_days, s26_documents_on_the_last_day, s26_withdrawn_meanwhile
            ]
            payment_and_notice: [
                s27_payment_under_the_rules, s27_amounts_by_children, s27_payment_database_is_silent,
                s28_from_the_birth_to_the_payment, s28_refusal_is_told
            ]
            hostile: [
                h_a_silent_register_holds_the_case, h_nonsense_is_not_an_answer, h_a_business_error_waits_for_a_person,
                h_replies_that_arrive_twice, h_thirty_families_at_once, h_the_same_run_is_the_same
            ]
        }
    };
}

macro_rules! list {
    ($($module:ident: [$($name:ident),* $(,)?])*) => {
        /// All scenarios, in the order of the paragraphs.
        pub const ALL: &[Scenario] = &[$($(Scenario { name: stringify!($name), play: $module::$name }),*),*];
    };
}
every_scenario!(list);

impl Scenario {
    /// The scenario of a name.
    pub fn of(name: &str) -> Option<&'static Scenario> {
        ALL.iter().find(|scenario| scenario.name == name)
    }

    /// Plays it over a fresh system of these bundles.
    ///
    /// # Errors
    /// When no system can be made of them.
    pub fn run(&self, content: &Content, bundles: &[Arc<Bundle>]) -> Result<Played, Failed> {
        let began = Instant::now();
        let mut simulation = Simulation::over(content, bundles, Simulation::moment(BEGINS)?, 0)?;
        let mut failed = (self.play)(&mut simulation).err();
        if failed.is_none() && !self.name.starts_with("h_") {
            failed = no_incidents(&simulation).err();
        }
        Ok(Played { simulation, failed, took: began.elapsed() })
    }
}

/// Nothing stands in an incident: all was carried out as it is written.
fn no_incidents(sim: &Simulation) -> Result<(), Failed> {
    let incidents = sim.incidents()?;
    expect(&format!("no incident, there are {incidents:?}"), incidents.is_empty())
}

/// A child is born to the family and the consent is given; gives the business key.
fn consented(sim: &mut Simulation, story: &str) -> Result<String, Failed> {
    let case = sim.birth(story)?;
    sim.expect_sms(story, &[Sms::Annex1])?;
    sim.reply(story, "7#1")?;
    Ok(case)
}

/// As [`consented`], and the account of the first line is agreed: the file lies before the official.
fn before_the_official(sim: &mut Simulation, story: &str) -> Result<String, Failed> {
    let case = consented(sim, story)?;
    sim.reply(story, "205#3#1")?;
    expect("a task waits for the official", sim.task(&case)?.is_some())?;
    Ok(case)
}

/// Hours.
fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

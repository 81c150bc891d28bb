//! The contract suite on the embedded engine, and what is this engine's own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "sqlite/at_rest.rs"]
mod at_rest;
mod contract;
#[path = "sqlite/durability.rs"]
mod durability;
#[path = "sqlite/former_logout_uris.rs"]
mod former_logout_uris;
#[path = "sqlite/kick_marks.rs"]
mod kick_marks;
#[path = "sqlite/opening.rs"]
mod opening;

use contract::{Harness, ManualClock, SeededEntropy};
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::Store;
use rollcall_store::{MasterKey, OpenError, OpenOptions, SqliteStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A store in a folder of its own that goes away with it.
struct Sqlite {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    store: Option<SqliteStore>,
}

impl Sqlite {
    fn path(&self) -> PathBuf {
        self.folder.path().join("rollcall.db")
    }

    fn open(&self, accept_earlier_clock: bool) -> Result<SqliteStore, OpenError> {
        self.open_file(&self.path(), accept_earlier_clock)
    }

    fn open_file(&self, path: &Path, accept_earlier_clock: bool) -> Result<SqliteStore, OpenError> {
        let options = OpenOptions {
            master_key: master_key(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accept_earlier_clock,
        };
        SqliteStore::open(path, options)
    }
}

fn master_key() -> MasterKey {
    MasterKey::parse(&[7; 32]).unwrap()
}

impl Harness for Sqlite {
    fn start() -> Self {
        let mut harness = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
            store: None,
        };
        harness.store = Some(harness.open(false).unwrap());
        harness
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone().unwrap())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    fn restart(&mut self) {
        self.store = None;
        self.store = Some(self.open(false).unwrap());
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.as_ref().unwrap().set_end_batch(logins);
    }
}

/// Runs each case of the suite against a new store.
macro_rules! contract {
    ($($module:ident: $($case:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test]
            async fn $case() {
                crate::contract::$module::$case(crate::World::new().await).await;
            })+
        })+
    };
}

type World = contract::World<Sqlite>;

// What the console reads.
contract! {
    console:
        who_is_online_comes_in_parts_of_its_pool_alone,
        a_standing_is_told_with_its_logins_in_its_pool_alone,
        sessions_history_and_figures_are_their_pools_alone,
        people_are_found_in_their_pool_alone;
}

// What administrators keep.
contract! {
    pools:
        a_pool_reads_back_and_has_a_root_key,
        an_unknown_pool_is_none,
        the_first_pool_is_the_one_made_first,
        a_pools_id_is_taken_once,
        a_pool_made_by_a_key_is_told_of_in_that_keys_pool,
        a_store_has_its_pools_and_not_one_more;
    pool_settings:
        a_change_applies_whole_in_its_pool_and_names_its_fields,
        shortened_limits_end_what_outlived_them_in_batches,
        lengthened_limits_revive_nothing,
        shortened_and_lengthened_again_revives_nothing,
        an_application_follows_a_pool_that_is_shorter,
        fewer_sessions_end_nobody_until_the_next_sign_in;
    access_keys:
        a_key_reads_back_and_names_its_pool,
        every_set_of_permissions_reads_back,
        an_unknown_key_is_none,
        a_secret_is_there_after_a_restart,
        keys_are_listed_with_the_root_key_first,
        a_change_applies_in_its_pool_alone,
        a_deleted_key_is_gone_from_its_pool_alone,
        a_rotated_secret_replaces_the_former_one,
        a_root_key_stays_whole_and_is_rotated_by_itself,
        a_key_reaches_no_further_than_its_makers,
        a_maker_that_is_gone_makes_nothing,
        a_pool_has_its_keys_and_not_one_more,
        a_use_is_written_when_it_moves_by_a_minute,
        a_noted_use_that_is_no_news_changes_nothing,
        uses_are_written_in_batches;
    applications:
        an_application_reads_back_in_its_pool_alone,
        a_client_is_found_in_whichever_pool,
        an_identifier_is_unique_in_its_pool,
        members_keep_their_rules_in_the_commit,
        a_change_applies_whole_and_names_its_fields,
        a_deleted_application_is_gone_from_its_pool_alone,
        a_secret_is_read_and_rotated_on_the_record,
        a_list_begins_with_the_newest,
        a_list_is_filtered,
        a_secret_is_there_after_a_restart;
    devices:
        devices_are_live_sessions_in_their_pool_alone,
        a_device_ends_with_its_logins_and_an_event,
        a_hidden_device_is_none_of_its_person,
        strangers_devices_are_not_found,
        who_is_signed_out_ends_no_device;
    sign_ups:
        one_registration_too_many_waits_for_the_windows_end,
        people_register_where_the_pool_lets_them,
        an_application_must_take_passwords,
        an_asserted_address_is_nobodys_name,
        a_chosen_username_is_nobody_elses_name,
        people_change_their_own_record_while_signed_in,
        the_applications_of_a_pool_that_are_on;
    users:
        who_is_no_longer_activated_is_signed_out,
        other_changes_end_nothing,
        a_change_to_a_taken_name_ends_nothing,
        a_deleted_persons_address_leaves_the_audit_log,
        every_identifier_finds_its_user_in_its_pool_alone,
        a_text_that_fits_one_user_in_several_ways_is_not_ambiguous,
        a_text_that_fits_different_users_is_ambiguous,
        a_user_reads_back_whole,
        a_list_shows_the_pool_with_the_newest_first,
        values_are_equal_as_their_fields_compare,
        a_part_is_found_as_it_is_written,
        absence_is_told_from_presence,
        values_are_ordered_as_their_fields_compare,
        all_tests_must_hold,
        key_words_are_looked_for_where_they_are_asked_for,
        a_list_is_cut_by_status_and_change,
        a_list_is_sorted_with_the_newest_first_among_equals,
        pages_join_without_gap_or_overlap,
        pages_hold_while_rows_come_and_go,
        what_is_deleted_is_in_no_list,
        every_taken_value_is_named,
        ones_own_values_are_not_taken,
        a_new_users_identities_come_along_or_nothing_does,
        a_change_applies_whole_and_names_its_fields,
        a_new_address_is_unverified_unless_said_otherwise,
        a_new_password_forgets_failures_and_the_need_of_a_reset,
        ones_own_password_changes_once_for_one_verification,
        deleted_users_are_gone,
        one_unknown_user_spares_all,
        a_row_that_cannot_be_made_spares_its_neighbours,
        a_row_that_cannot_be_changed_spares_its_neighbours,
        what_a_bulk_change_ends_is_in_force_at_once,
        many_are_found_in_order_in_their_pool_alone,
        who_was_archived_last_comes_first,
        a_rehashed_password_is_kept_with_its_sign_in,
        the_audit_log_holds_no_personal_value;
    identities:
        an_identity_reads_back_whole_in_its_pool_alone,
        identities_come_in_the_order_of_linking,
        a_link_needs_a_user_and_a_source_of_its_pool,
        an_id_in_a_source_belongs_to_one_user,
        a_user_has_fifty_identities_and_not_one_more,
        unlinking_removes_what_was_named,
        tokens_are_there_after_a_restart;
    ext_idps:
        a_source_reads_back_in_its_pool_alone,
        every_provider_reads_back,
        sources_are_listed_oldest_first_in_their_pool_alone,
        a_source_is_renamed_in_its_pool_and_tenant_alone,
        a_deleted_source_takes_its_identities_along,
        a_pool_has_its_sources_and_not_one_more;
    audit:
        a_row_tells_everything_of_a_change,
        the_newest_row_comes_first_page_by_page,
        a_refused_change_leaves_no_row,
        the_management_log_is_filtered_in_order;
    actions:
        a_sign_in_is_told_with_whom_and_what_it_names,
        a_filter_finds_what_fits_it_in_order,
        a_wrong_password_is_written_with_its_count,
        the_newest_refusals_of_a_user_are_kept,
        a_sign_in_with_a_page_is_told_once_and_a_silent_one_as_that,
        signing_out_is_told_where_somebody_did,
        ones_own_password_is_told_and_is_no_management,
        a_deleted_persons_devices_leave_both_logs,
        actions_are_forgotten_at_the_retention_time;
    failures:
        the_tenth_failure_delays_its_pair,
        a_delay_is_over_at_its_own_millisecond,
        a_day_without_a_failure_starts_anew,
        failures_count_for_the_account;
    signing_keys:
        only_the_first_key_of_a_purpose_is_stored,
        a_key_is_there_after_a_restart,
        one_next_key_of_a_purpose_waits_at_a_time,
        a_next_key_leaves_an_audit_row_and_none_where_one_waits,
        the_oldest_keys_of_a_purpose_are_forgotten_but_for_the_first;
}

contract! {
    logins:
        a_login_is_active_up_to_the_millisecond_of_its_limit,
        the_maximum_lifetime_ends_a_busy_login,
        an_application_shortens_its_own_logins_only,
        the_application_is_looked_up_before_the_user,
        a_text_that_fits_two_people_is_ambiguous,
        a_sign_in_is_checked_again_in_its_commit,
        what_happens_while_a_password_is_hashed_counts,
        nobody_signs_in_without_a_password,
        a_sign_in_is_counted_and_forgets_failures,
        activity_is_written_by_its_granularity,
        activity_never_revives,
        activity_of_one_login_moves_no_other,
        a_login_is_found_in_its_pool_with_its_own_grant,
        events_are_read_in_order_after_a_position;
    lists:
        active_users_are_listed_once_in_the_order_of_their_ids,
        the_history_has_one_row_for_each_login_begun,
        the_history_is_cut_by_its_filter,
        applications_of_a_user_are_listed_once_by_name;
    ends:
        a_kick_ends_the_named_applications_on_every_device,
        a_kick_needs_all_its_applications_and_one_user,
        a_kick_of_a_text_that_fits_two_kicks_nobody,
        a_suspended_user_is_signed_out_for_good,
        a_deleted_user_leaves_reasons_and_no_devices,
        a_disabled_application_signs_everyone_out_for_good,
        a_deleted_application_ends_its_logins,
        a_password_set_by_an_administrator_ends_everything,
        a_password_changed_by_the_person_ends_all_other_sessions,
        what_had_expired_before_keeps_its_reason,
        a_shortened_policy_ends_what_outlived_it,
        a_lengthened_policy_revives_nothing,
        shortened_and_lengthened_again_revives_nothing;
    end_all:
        all_sessions_of_a_user_end,
        all_logins_in_an_application_end,
        all_sessions_of_a_pool_end,
        what_begins_after_the_end_lives_on,
        who_is_unknown_ends_nothing;
    deliveries:
        every_reason_of_an_end_owes_one_delivery,
        who_names_no_uri_is_owed_nothing,
        a_claim_is_leased_and_outlives_its_process,
        an_application_has_its_share_of_the_places,
        who_was_not_served_last_comes_first,
        what_waits_goes_where_the_application_is_now,
        a_deleted_application_is_told_of_what_is_recorded_later,
        whoever_waits_for_deliveries_is_woken_once,
        attempts_back_off_until_one_is_confirmed,
        what_cannot_succeed_or_took_a_day_is_given_up,
        an_attempt_that_comes_late_changes_nothing_but_the_ledger,
        the_ledger_begins_with_the_newest_and_is_cut_by_its_filter,
        finished_deliveries_are_forgotten_after_the_retention;
    webhooks:
        a_webhook_reads_back_in_its_pool_alone,
        a_change_of_a_webhook_applies_whole_and_names_its_fields,
        webhooks_are_listed_with_the_newest_first,
        a_pool_has_so_many_webhooks_and_not_one_more,
        one_unknown_webhook_spares_all,
        the_log_keeps_the_last_calls_for_a_while,
        every_change_of_a_user_is_told,
        who_makes_their_own_account_registers,
        every_change_of_an_application_and_the_pool_is_told,
        a_new_secret_of_the_pool_is_told,
        a_login_is_told_when_it_begins_and_with_any_reason_of_its_end,
        a_kick_is_told_with_its_ends_however_many,
        only_who_asked_is_told_and_in_its_pool_alone,
        a_refused_change_tells_nothing,
        what_happens_after_a_change_of_webhooks_goes_by_it,
        an_expiry_is_told_with_the_limits_instant,
        a_call_is_leased_and_outlives_its_process,
        a_webhook_has_its_share_of_the_places,
        calls_back_off_until_one_is_confirmed,
        a_call_that_cannot_succeed_or_took_a_day_is_given_up,
        a_late_call_is_logged_and_changes_nothing,
        what_waits_goes_to_the_changed_webhook,
        what_waits_for_a_webhook_that_is_off_is_forgotten,
        a_deleted_webhook_takes_along_what_waits_and_its_log,
        whoever_waits_for_calls_is_woken_once;
    grants:
        a_refresh_rotates_and_counts_as_activity,
        a_successor_expires_with_the_login_at_the_latest,
        a_second_use_ends_the_login,
        a_retry_inside_the_window_cancels_the_unused_successor,
        a_retry_outside_the_window_is_reuse,
        a_retry_after_its_successor_was_used_is_reuse,
        another_clients_token_changes_nothing,
        a_refresh_tokens_login_is_found_until_it_is_used,
        an_expired_refresh_token_is_as_good_as_unknown,
        revoking_a_refresh_token_ends_the_login,
        revoking_the_newest_access_token_ends_the_login,
        revoking_a_superseded_access_token_ends_only_itself,
        a_clients_own_token_is_revoked_by_its_id;
    browser:
        a_sign_in_begins_a_session_a_login_and_a_code,
        what_happens_before_the_commit_of_a_sign_in_counts,
        a_sign_in_with_a_page_is_counted_and_forgets_failures,
        each_sign_in_renews_the_cookie,
        a_sign_in_again_restarts_its_session_and_its_login_alone,
        a_sign_in_again_restarts_its_login_behind_the_consent_page,
        another_user_in_the_browser_replaces_the_session,
        a_refused_sign_in_leaves_the_browsers_session,
        a_cookie_of_another_pool_is_not_presented,
        after_its_limit_a_session_is_not_renewed,
        consent_comes_before_the_code_and_is_remembered,
        silence_adds_a_login_to_the_session,
        silence_is_written_by_its_granularity,
        a_live_login_goes_on_with_a_grant_of_its_own,
        after_its_end_another_login_begins,
        who_may_not_sign_on_changes_nothing,
        demands_are_decided_in_the_commit,
        outside_of_single_sign_on_only_its_own_login_goes_on,
        after_a_kick_only_a_later_authentication_counts,
        signing_out_ends_the_session_and_all_its_logins,
        a_sign_out_reaches_what_took_its_cookies_place,
        a_session_without_logins_is_signed_out,
        a_sign_out_names_the_logins_that_it_ends,
        an_api_session_is_signed_out_once,
        a_suspended_users_browsers_are_out_for_good,
        a_deleted_users_browsers_are_out,
        an_administrators_password_ends_all_browsers,
        ones_own_password_ends_all_other_browsers,
        a_session_begun_after_a_mass_end_is_not_its,
        what_ends_an_application_spares_its_browsers,
        a_sessions_expiry_leaves_its_logins_their_own_reasons,
        ended_browser_sessions_are_forgotten_and_no_live_one,
        a_live_session_outlives_the_memory_of_its_logins,
        above_the_pools_limit_the_oldest_session_gives_way,
        above_the_pools_limit_a_sign_in_is_refused,
        what_has_ended_leaves_room,
        above_an_applications_limit_its_oldest_login_gives_way,
        above_an_applications_limit_one_more_is_refused,
        a_lowered_limit_ends_nobody_until_the_next_sign_in,
        one_room_is_made_once,
        fifty_sign_ins_at_once_leave_three;
    codes:
        a_code_gives_the_tokens_of_its_own_grant,
        a_refresh_token_needs_offline_access_and_ends_with_the_login,
        a_second_use_of_a_code_ends_its_login,
        a_second_use_is_noticed_for_a_day,
        a_code_that_is_presented_wrongly_is_not_used,
        a_code_is_good_up_to_the_millisecond_of_its_expiry,
        an_expired_code_of_a_live_login_is_not_used,
        a_login_waits_for_the_last_of_its_codes,
        a_shorter_code_does_not_end_its_login_early,
        the_code_of_an_ended_login_is_dead;
    maintenance:
        an_end_of_more_than_a_batch_is_in_force_at_once,
        a_big_kick_ends_everyone,
        a_policy_for_more_than_a_batch_reaches_everyone,
        expiry_is_recorded_in_batches_with_the_limits_instant,
        old_rows_are_forgotten_and_nothing_else,
        time_stands_at_the_mark_after_a_restart,
        fifty_writers_at_once_take_positions_without_gaps,
        a_store_that_can_be_read_and_written_is_ready,
        a_policy_waits_for_the_one_before_it,
        a_deleted_applications_policy_still_tells_what_had_expired;
    nonces:
        a_nonce_is_single_use_for_ten_minutes,
        what_was_signed_before_the_memory_began_is_too_old,
        the_stores_clock_is_the_one_that_dates_are_checked_against;
}

#[test]
fn any_history_is_told_as_the_model_tells_it() {
    contract::history::any_history_is_told_as_the_model_tells_it::<Sqlite>(96);
}

//! What every store promises. A backend is a [`Backend`] and one line at the end of this file.

mod accounts;
mod bookings;
mod calls;
mod constraint;
mod durability;
pub(crate) mod entries;
mod events;
mod feeds;
mod holds;
mod keys;
mod listing;
mod logs;
pub(crate) mod postgres;
mod scheduling;
pub(crate) mod sqlite;
mod upkeep;
pub(crate) mod world;

use std::sync::Arc;

use async_trait::async_trait;
use meetme_server::store::Store;

/// A place where a store lives, which a test may close and look into.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// Opens the store; after a `close`, the same one again.
    async fn open(&self) -> Arc<dyn Store>;
    /// Everything that is kept, as text.
    async fn dump(&self) -> String;
    /// Closes the store and opens it again to look for what is wrong; empty for a sound one.
    async fn faults(&self) -> Vec<String>;
    /// Takes a backup of the open store and opens another one restored from it.
    async fn restored(&self) -> Arc<dyn Store>;
}

/// Lists every case once and runs it on each backend, from nothing.
macro_rules! contract {
    ($cases:tt on $($name:ident = $backend:expr;)*) => {
        $(contract!(@one $name, $backend, $cases);)*
    };
    (@one $name:ident, $backend:expr, { $($module:ident: $($case:ident)*;)* }) => {
        mod $name {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let Some(backend) = $backend.await else { return };
                    super::super::$module::$case(&super::super::world::World::new(&backend).await).await;
                    assert_eq!(super::super::Backend::faults(&backend).await, Vec::<String>::new());
                })*
            })*
        }
    };
}

contract! {
    {
        accounts:
            an_account_is_found_by_id_and_by_name
            a_username_is_given_once
            a_mail_address_is_given_once_whatever_its_case
            a_refused_sign_up_leaves_no_session
            an_account_can_be_changed
            a_new_password_ends_the_other_sessions
            a_disabled_account_can_be_given_another_password
            changes_of_one_account_at_once_all_count
            a_password_that_was_changed_meanwhile_begins_no_session
            a_change_of_account_may_not_take_anothers_address
            a_credential_leads_to_its_owner
            a_session_can_be_extended_and_ended
            tokens_are_listed_and_revoked_by_their_owner
            tokens_have_a_limit
            of_too_many_sessions_those_end_that_were_not_used
            a_deleted_account_leaves_a_tombstone
            an_account_shows_all_that_hangs_on_it
            an_account_shows_bookings_ahead_in_steps;
        events:
            a_new_event_is_found
            a_slug_is_taken_once_per_host
            a_shelf_shows_slugs_that_collide
            an_event_changes_with_its_version
            a_change_from_a_stale_version_is_refused
            windows_keep_their_order
            a_window_can_be_taken_away
            events_are_paged_by_slug
            public_events_are_paged_without_the_others
            a_deleted_event_frees_its_slug
            a_dossier_shows_what_hangs_on_an_event
            the_widest_buffer_follows_the_events;
        bookings:
            a_booking_takes_the_time_of_both
            an_unknown_event_or_guest_is_not_found
            a_slot_cut_from_another_version_is_sent_back
            a_refused_change_writes_nothing
            a_full_slot_has_no_further_seat
            seats_of_one_slot_are_shared
            a_pending_booking_takes_its_slot
            a_declined_booking_frees_its_slot
            a_cancelled_booking_frees_its_slot
            a_freed_seat_can_be_taken_again
            a_rescheduled_booking_frees_the_old_slot_and_takes_the_new
            a_booking_may_move_into_its_own_time
            anyway_takes_no_time_of_the_guest
            nobody_sits_twice_in_a_slot_by_saying_anyway
            pending_bookings_lapse_when_their_time_has_come
            a_desk_reaches_as_far_as_the_limits
            sixty_four_rivals_get_one_seat
            sixty_four_rivals_on_two_events_get_one_host;
        calls:
            a_room_has_one_holder_until_it_is_given_back
            a_room_of_a_dead_node_is_anybodys
            two_nodes_that_come_at_once_agree_on_the_holder
            a_node_counts_up_and_begins_anew_when_forgotten
            letters_wait_in_order_until_they_are_burnt
            the_first_secret_of_a_name_stays;
        holds:
            a_hold_takes_the_time_of_both
            a_booking_uses_up_the_guests_hold
            an_expired_hold_gives_way
            an_expired_hold_of_the_guest_elsewhere_gives_way
            an_expired_hold_is_not_on_the_calendar
            a_released_hold_frees_its_slot
            expired_holds_are_found;
        feeds:
            nothing_is_read_by_url_until_it_is_allowed
            a_private_feed_has_one_token_at_a_time
            a_deleted_account_lets_nothing_be_read
            a_disabled_account_is_nowhere_to_be_found_until_it_is_enabled
            the_last_touch_is_what_may_have_changed_a_persons_slots
            the_last_touch_outlives_the_log
            names_of_those_one_meets_are_counted
            holds_say_when_they_end
            an_event_keeps_its_label_when_it_is_deleted;
        constraint:
            a_lying_rule_cannot_overlap_the_host
            a_lying_rule_cannot_overlap_the_guest
            a_lying_rule_cannot_overlap_a_host_who_is_a_guest
            a_lying_rule_cannot_overlap_by_moving
            a_lying_rule_cannot_move_a_guest_into_another_booking
            a_lying_rule_cannot_take_a_seat_too_many
            a_lying_rule_cannot_hold_a_taken_slot
            a_lying_rule_cannot_cancel_twice
            two_events_never_share_a_slot
            spans_that_touch_do_not_overlap
            a_rule_that_panics_spoils_nothing;
        logs:
            each_persons_log_is_numbered_without_gaps
            one_change_reaches_both_persons
            the_ends_of_many_logs_are_told_at_once
            an_entry_says_what_happened_to_what
            a_log_is_read_in_pages
            a_place_beyond_the_end_is_refused
            concurrent_changes_leave_no_gap;
        keys:
            a_repetition_gets_the_first_answer
            a_key_belongs_to_one_request
            a_key_belongs_to_one_user
            a_refusal_is_not_kept
            a_decision_without_changes_is_kept
            sixteen_repetitions_at_once_are_one_change;
        listing:
            a_booking_is_shown_with_its_people
            bookings_are_listed_by_role_status_event_and_time
            bookings_are_paged_without_gap_or_double
            a_prefix_of_an_id_finds_its_booking
            bookings_keep_the_name_of_a_deleted_event
            bookings_show_a_deleted_account_without_its_data;
        entries:
            an_entry_comes_back_as_it_went_in
            an_entry_is_on_its_owners_calendar_until_it_goes
            what_cannot_be_read_is_closed
            entries_are_found_by_the_span_they_touch
            a_uid_is_once_in_a_calendar
            what_is_new_in_a_calendar_is_told_in_pages
            news_up_to_a_place_holds_nothing_behind_it
            a_page_holds_no_more_bytes_than_it_may
            a_deleted_calendar_leaves_nothing_and_its_name_is_free
            a_calendar_takes_the_place_of_another_with_what_is_kept_on_it
            properties_are_kept_by_place
            properties_have_a_limit_by_place_and_by_account
            what_is_kept_on_a_place_goes_along_with_it
            what_went_is_forgotten_after_a_while_and_the_floor_says_so
            entries_known_not_far_enough_are_found_and_extended
            entries_of_disabled_accounts_are_in_nobodys_way
            a_reader_beside_writers_misses_nothing
            a_deleted_account_leaves_no_calendars;
        scheduling:
            entries_of_two_people_are_written_together_or_not_at_all
            entries_of_somebody_elses_calendar_are_not_found
            a_place_says_where_else_a_meeting_is
            meetings_that_are_not_over_are_found
            messages_of_an_inbox_may_have_one_uid
            an_account_is_found_by_its_mail_address
            rivals_for_one_meeting_write_one_after_the_other;
        upkeep:
            a_pruned_log_refuses_places_before_its_beginning
            pruning_keeps_what_is_young
            old_answers_and_credentials_are_pruned
            a_probe_succeeds
            rows_are_counted
            the_writer_counts_what_it_does
            a_closed_store_is_unavailable;
        durability:
            everything_is_there_after_opening_again
            the_epoch_stays_when_opened_again
            a_restored_store_has_another_epoch_and_all_else;
    }
    on
    sqlite_backend = std::future::ready(Some(super::super::sqlite::Sqlite::new()));
    postgres_backend = super::super::postgres::Postgres::new();
}

//! The ledger of back-channel logout as it is answered.

use super::instant;
use super::page::whole;
use rollcall_core::model::logout_delivery::{
    DeliveryState, DeliveryStatus, LedgerAttempt, LogoutDelivery,
};
use rollcall_core::page::PageOf;
use rollcall_wire::v3::logout_deliveries::{
    LogoutAttemptDto, LogoutDeliveryDto, LogoutDeliveryPagingDto, LogoutDeliveryStatus,
};

/// The status that is asked for.
pub(crate) fn delivery_status(status: LogoutDeliveryStatus) -> DeliveryStatus {
    match status {
        LogoutDeliveryStatus::Waiting => DeliveryStatus::Waiting,
        LogoutDeliveryStatus::Confirmed => DeliveryStatus::Confirmed,
        LogoutDeliveryStatus::GivenUp => DeliveryStatus::GivenUp,
    }
}

/// A page of the ledger.
pub(crate) fn logout_deliveries_dto(page: &PageOf<LogoutDelivery>) -> LogoutDeliveryPagingDto {
    LogoutDeliveryPagingDto {
        total_count: whole(page.total_count),
        list: page.list.iter().map(delivery_dto).collect(),
    }
}

fn delivery_dto(delivery: &LogoutDelivery) -> LogoutDeliveryDto {
    let (status, next_at, finished_at) = match delivery.state {
        DeliveryState::Waiting { next_at } => (LogoutDeliveryStatus::Waiting, Some(next_at), None),
        DeliveryState::Confirmed { at } => (LogoutDeliveryStatus::Confirmed, None, Some(at)),
        DeliveryState::GivenUp { at } => (LogoutDeliveryStatus::GivenUp, None, Some(at)),
    };
    LogoutDeliveryDto {
        sid: delivery.login.to_string(),
        device_id: delivery.session.to_string(),
        user_id: delivery.user.to_string(),
        app_id: delivery.application.to_string(),
        reason: delivery.reason.as_str().to_owned(),
        ended_at: instant(delivery.ended_at),
        uri: delivery.uri.clone(),
        status,
        attempts: delivery.attempts.iter().map(attempt_dto).collect(),
        next_attempt_at: next_at.map(instant),
        finished_at: finished_at.map(instant),
    }
}

fn attempt_dto(attempt: &LedgerAttempt) -> LogoutAttemptDto {
    LogoutAttemptDto {
        number: whole(u64::from(attempt.number)),
        at: instant(attempt.at),
        outcome: attempt.outcome.clone(),
        http_status: attempt.status,
    }
}

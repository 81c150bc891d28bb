//! Answers with a result for each row: `results` beside `data`, which is ours.

use super::failure::{Codes, Failure, V3Result};
use super::messages;
use super::respond::Reply;
use crate::middleware::Context;
use crate::openapi;
use rollcall_core::operations::RowOutcome;
use rollcall_core::refusal::Refusal;
use rollcall_wire::v3::envelope::{SUCCESS, SUCCESS_MESSAGE};
use rollcall_wire::v3::{Envelope, Language, RowResultDto, Whole};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// What became of each row, without what was made of it: the user's id.
pub(crate) type RowIds = Vec<RowOutcome<String>>;

/// The answer to a bulk change of which at least one row was carried out.
#[derive(Debug)]
pub(crate) struct WithResults<T> {
    data: T,
    rows: RowIds,
}

/// The answer to a bulk change. Where no row was carried out the call has failed, as
/// its first row did: a client that knows the contract alone looks no further than
/// `statusCode`.
pub(crate) fn with_results<T>(data: T, rows: RowIds) -> V3Result<WithResults<T>> {
    if rows.iter().any(Result::is_ok) {
        return Ok(WithResults { data, rows });
    }
    match rows.first() {
        Some(Err(first)) => Err(Failure::Rows(first.clone(), rows)),
        Some(Ok(_)) | None => Err(Failure::Refused(Refusal::Fault)),
    }
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for WithResults<T> {
    fn body(self, context: &Context) -> serde_json::Result<Vec<u8>> {
        let mut envelope = Envelope::success(&*context.request_id, self.data);
        envelope.results = Some(results(&self.rows, context.language));
        serde_json::to_vec(&envelope)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        openapi::envelope::with_results::<T>(generator)
    }
}

/// The results as they are told.
pub(super) fn results(rows: &[RowOutcome<String>], language: Language) -> Vec<RowResultDto> {
    let result = |(row, index): (&RowOutcome<String>, u32)| match row {
        Ok(user) => RowResultDto {
            index: Whole::from_u32(index),
            status_code: SUCCESS,
            message: SUCCESS_MESSAGE.to_owned(),
            api_code: None,
            user_id: Some(user.clone()),
        },
        Err(refusal) => {
            let failure = Failure::Refused(refusal.clone());
            let Codes { status, api } = failure.codes();
            RowResultDto {
                index: Whole::from_u32(index),
                status_code: status,
                message: messages::message(&failure, language),
                api_code: api.map(Into::into),
                user_id: None,
            }
        }
    };
    rows.iter().zip(0..).map(result).collect()
}

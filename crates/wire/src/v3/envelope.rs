//! The one shape of every V3 answer (schema `CommonResponseDto` and all
//! `…RespDto`).

use serde::{Deserialize, Serialize};

use super::{ApiCode, RowResultDto, StatusCode};

/// `statusCode` of a success.
pub const SUCCESS: u16 = 200;

/// A V3 answer. It travels with HTTP status 200; `statusCode` decides.
///
/// Members are written in the order of this declaration, absent ones not at
/// all, so that a success reads
/// `{"statusCode":200,"message":"Success","requestId":"…","data":{…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    /// 200 for success, otherwise the number of a [`StatusCode`]. Kept as a
    /// number, since a client must read codes of newer servers too.
    pub status_code: u16,
    /// Text for people, in the language of the request; `Success` on success.
    pub message: String,
    /// The finer reason of a failure, the number of an [`ApiCode`]; only on
    /// failures that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_code: Option<u32>,
    /// Names this one request in the answer and in the server's log.
    // Ours is always there; the contract does not require it, so a missing one reads
    // as empty.
    #[serde(default)]
    pub request_id: String,
    /// The answer proper; only on success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// Ours: what became of each row of a bulk change, in order; also where all of
    /// them failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<RowResultDto>>,
}

/// `message` of every success, in every language: SDKs print it, nobody
/// translates it.
pub const SUCCESS_MESSAGE: &str = "Success";

/// The type of `data` where there never is any (`CommonResponseDto`): it has no
/// value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoData {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for NoData {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NoData".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        false.into()
    }
}

impl Serialize for NoData {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl<'de> Deserialize<'de> for NoData {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("no data is expected here"))
    }
}

/// What [`Envelope::success`] is, written: what is the same in every success is not
/// composed anew for each.
pub fn success_json<T: Serialize>(request_id: &str, data: &T) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(192);
    json.extend_from_slice(br#"{"statusCode":200,"message":"Success","requestId":"#);
    serde_json::to_writer(&mut json, request_id)?;
    json.extend_from_slice(br#","data":"#);
    serde_json::to_writer(&mut json, data)?;
    json.push(b'}');
    Ok(json)
}

impl<T> Envelope<T> {
    /// A success with data.
    pub fn success(request_id: impl Into<String>, data: T) -> Self {
        Self {
            status_code: SUCCESS,
            message: SUCCESS_MESSAGE.to_owned(),
            api_code: None,
            request_id: request_id.into(),
            data: Some(data),
            results: None,
        }
    }

    /// A failure whose reason has an [`ApiCode`], which fixes `statusCode` too.
    pub fn refused(
        request_id: impl Into<String>,
        api_code: ApiCode,
        message: impl Into<String>,
    ) -> Self {
        Self {
            api_code: Some(api_code.number()),
            ..Self::failure(request_id, api_code.status_code(), message)
        }
    }

    /// A failure without an [`ApiCode`].
    pub fn failure(
        request_id: impl Into<String>,
        status_code: StatusCode,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status_code: status_code.number(),
            message: message.into(),
            api_code: None,
            request_id: request_id.into(),
            data: None,
            results: None,
        }
    }

    /// Whether `statusCode` says success.
    pub const fn is_success(&self) -> bool {
        self.status_code == SUCCESS
    }
}

impl Envelope<NoData> {
    /// A success that has nothing to add (`CommonResponseDto`).
    pub fn done(request_id: impl Into<String>) -> Self {
        Self {
            status_code: SUCCESS,
            message: SUCCESS_MESSAGE.to_owned(),
            api_code: None,
            request_id: request_id.into(),
            data: None,
            results: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v3::sessions::CheckSessionStatusDataDto;

    const HEADLINE: &str = concat!(
        r#"{"statusCode":200,"message":"Success","#,
        r#""requestId":"934108e5-9fbf-4d24-8da1-c330328abd6c","data":{"active":true}}"#
    );

    #[test]
    fn a_written_success_is_the_serialised_one() {
        for id in ["", "934108e5", "a\"b\\c\n"] {
            let data = serde_json::json!({ "list": [1, null, "x"], "n": { "m": true } });
            let written = success_json(id, &data).unwrap();
            assert_eq!(
                written,
                serde_json::to_vec(&Envelope::success(id, data)).unwrap()
            );
            let nothing = success_json(id, &None::<u8>).unwrap();
            assert_eq!(
                nothing,
                serde_json::to_vec(&Envelope::success(id, None::<u8>)).unwrap()
            );
        }
    }

    #[test]
    fn the_headline_answer_is_exact() {
        let request_id = "934108e5-9fbf-4d24-8da1-c330328abd6c";
        let data = CheckSessionStatusDataDto { active: true };
        let written = success_json(request_id, &data).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), HEADLINE);
        let answer = Envelope::success(request_id, data);
        assert_eq!(serde_json::to_string(&answer).unwrap(), HEADLINE);
        let back: Envelope<CheckSessionStatusDataDto> = serde_json::from_str(HEADLINE).unwrap();
        assert_eq!(back, answer);
        assert!(back.is_success());
    }

    #[test]
    fn a_failure_has_no_data_and_its_code_in_place() {
        let answer: Envelope<NoData> = Envelope::refused("r", ApiCode::UserNotFound, "no");
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"statusCode":404,"message":"no","apiCode":2004,"requestId":"r"}"#
        );
        let answer: Envelope<NoData> = Envelope::failure("r", StatusCode::Conflict, "no");
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"statusCode":409,"message":"no","requestId":"r"}"#
        );
    }

    #[test]
    fn success_without_data() {
        assert_eq!(
            serde_json::to_string(&Envelope::done("r")).unwrap(),
            r#"{"statusCode":200,"message":"Success","requestId":"r"}"#
        );
    }

    #[test]
    fn null_data_and_a_missing_request_id_are_read() {
        let answer: Envelope<CheckSessionStatusDataDto> =
            serde_json::from_str(r#"{"statusCode":500,"message":"m","data":null}"#).unwrap();
        assert_eq!(answer.data, None);
        assert_eq!(answer.request_id, "");
    }
}

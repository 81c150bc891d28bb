//! Pages of lists.

use rollcall_core::Refusal;
use rollcall_core::page::PageRequest;
use rollcall_core::time::Timestamp;
use rollcall_wire::v3::number::WHOLE_MAX;
use rollcall_wire::v3::{PaginationDto, Whole};

/// The page that is asked for.
pub(crate) fn page(page: Option<Whole>, limit: Option<Whole>) -> Result<PageRequest, Refusal> {
    PageRequest::new(page.map(signed), limit.map(signed))
}

/// The page that the options of a body ask for.
pub(crate) fn page_of_options(pagination: Option<&PaginationDto>) -> Result<PageRequest, Refusal> {
    page(
        pagination.and_then(|pagination| pagination.page),
        pagination.and_then(|pagination| pagination.limit),
    )
}

/// A number as the domain counts.
pub(crate) fn signed(number: Whole) -> i64 {
    // A `Whole` ends at 2^53.
    i64::try_from(number.get()).unwrap_or(i64::MAX)
}

/// A count, or a number that is not negative. What JSON cannot say exactly is
/// the largest number that it can.
pub(crate) fn whole(number: u64) -> Whole {
    Whole::try_from(number.min(WHOLE_MAX)).unwrap_or_default()
}

/// An instant that a query gives as seconds since the Unix epoch.
pub(crate) fn instant_of_seconds(seconds: Whole) -> Timestamp {
    Timestamp::from_millis(signed(seconds).saturating_mul(1000))
}

/// An instant that a query gives as milliseconds since the Unix epoch.
pub(crate) fn instant_of_millis(millis: Whole) -> Timestamp {
    Timestamp::from_millis(signed(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_json_cannot_say_stop_at_the_largest() {
        assert_eq!(whole(7).get(), 7);
        assert_eq!(whole(u64::MAX).get(), WHOLE_MAX);
        assert_eq!(signed(whole(u64::MAX)), 1 << 53);
    }

    #[test]
    fn a_page_is_checked_where_it_is_read() {
        let past_the_limit = Some(Whole::from_u32(51));
        assert_eq!(page(None, past_the_limit), Err(Refusal::LimitTooLarge));
        assert!(page(Some(whole(u64::MAX)), None).is_err());
        assert!(page_of_options(None).is_ok());
    }
}

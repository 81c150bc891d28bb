//! Pages of lists, as V3 asks for them: a page number from 1 and a limit.

use crate::limits;
use crate::refusal::Refusal;

/// Which part of a list is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageRequest {
    page: u32,
    limit: u32,
}

impl PageRequest {
    /// A page counted from 1 with 1 to 50 rows; absent values are page 1 and 10 rows.
    pub fn new(page: Option<i64>, limit: Option<i64>) -> Result<Self, Refusal> {
        let page = page.unwrap_or(1);
        let limit = limit.unwrap_or(i64::from(limits::DEFAULT_PAGE_ROWS));
        if limit > i64::from(limits::MAX_PAGE_ROWS) {
            return Err(Refusal::LimitTooLarge);
        }
        let mut wrong = Vec::new();
        let page = u32::try_from(page).ok().filter(|page| *page >= 1);
        let limit = u32::try_from(limit).ok().filter(|limit| *limit >= 1);
        if page.is_none() {
            wrong.push("page");
        }
        if limit.is_none() {
            wrong.push("limit");
        }
        match (page, limit) {
            (Some(page), Some(limit)) => Ok(Self { page, limit }),
            _ => Err(Refusal::Invalid(wrong)),
        }
    }

    /// How many rows lie before this page.
    pub fn offset(self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.limit)
    }

    /// How many rows the page has at most.
    pub fn limit(self) -> u32 {
        self.limit
    }
}

/// One page of a list and the size of the whole list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf<T> {
    /// How many rows the whole list has.
    pub total_count: u64,
    /// The rows of this page.
    pub list: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_at_fifty_and_not_one_past_it() {
        assert!(PageRequest::new(None, Some(50)).is_ok());
        assert_eq!(
            PageRequest::new(None, Some(51)),
            Err(Refusal::LimitTooLarge)
        );
        assert_eq!(
            PageRequest::new(Some(0), Some(0)),
            Err(Refusal::Invalid(vec!["page", "limit"]))
        );
    }

    #[test]
    fn the_second_page_begins_after_the_first() {
        let page = PageRequest::new(Some(2), None).unwrap();
        assert_eq!((page.offset(), page.limit()), (10, 10));
    }
}

//! All rows of a list that the API gives in pages.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;

use rollcall_wire::v3::Whole;

use crate::Error;

/// Which page to fetch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: Whole,
}

impl Page {
    /// The most that the API gives at once.
    const MOST: u32 = 50;

    /// How many rows each page has.
    pub(crate) const ROWS: Whole = Whole::from_u32(Self::MOST);
}

/// `totalCount` and the rows of a page.
type Fetched<T> = Result<(Whole, Vec<T>), Error>;
type Fetching<T> = Pin<Box<dyn Future<Output = Fetched<T>> + Send>>;
type Fetch<T> = Box<dyn Fn(Page) -> Fetching<T> + Send + Sync>;

/// All rows of a list, one after the other; pages of 50 are fetched as they are
/// needed.
///
/// ```no_run
/// # async fn f(client: &rollcall_client::ManagementClient) -> Result<(), rollcall_client::Error> {
/// let mut users = client.all_users(Default::default());
/// while let Some(user) = users.next().await? {
///     println!("{}", user.user_id);
/// }
/// # Ok(())
/// # }
/// ```
///
/// A page is the rows at certain places at the moment of the call, and rows come and
/// go between two calls. What is given holds even so:
///
/// - No row is given twice.
/// - A row that is there all the time is given, in a list whose new rows come first,
///   as the users and applications do unless sorted otherwise: where rows before it
///   went, so that it moved to a page that was read already, `totalCount` is smaller
///   than before, and pages are read again as far back as that says.
/// - In a list with another order (the active users are in the order of their ids) a
///   row can still be missed if, between two calls, one goes before it and one comes
///   behind it.
/// - A row that came or went meanwhile may be given or not.
pub struct Rows<T> {
    fetch: Fetch<T>,
    key: fn(&T) -> String,
    given: HashSet<String>,
    ready: VecDeque<T>,
    next_page: u32,
    total: Option<u64>,
    at_the_end: bool,
}

impl<T> Rows<T> {
    pub(crate) fn new(
        fetch: impl Fn(Page) -> Fetching<T> + Send + Sync + 'static,
        key: fn(&T) -> String,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            key,
            given: HashSet::new(),
            ready: VecDeque::new(),
            next_page: 1,
            total: None,
            at_the_end: false,
        }
    }

    /// The next row; nothing when all were given. After a failure the call may be
    /// repeated: it goes on where it was.
    ///
    /// # Errors
    ///
    /// Those of the list's call.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Ok(Some(row));
            }
            if self.at_the_end {
                return Ok(None);
            }
            let number = self.next_page;
            let page = Page {
                number: number.into(),
            };
            let (total, rows) = (self.fetch)(page).await?;
            self.take(number, total.get(), rows);
        }
    }

    /// All remaining rows.
    ///
    /// # Errors
    ///
    /// Those of the list's call; what was fetched before is lost.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(row) = self.next().await? {
            all.push(row);
        }
        Ok(all)
    }

    /// How many rows there were in all when the last page was fetched; nothing
    /// before the first.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    fn take(&mut self, number: u32, total: u64, rows: Vec<T>) {
        let gone = self.total.map_or(0, |before| before.saturating_sub(total));
        self.total = Some(total);
        let is_last = rows.len() < Page::MOST as usize;
        for row in rows {
            if self.given.insert((self.key)(&row)) {
                self.ready.push_back(row);
            }
        }
        // What is unread moved by no more than `gone` places towards the beginning.
        let back = u32::try_from(gone.div_ceil(u64::from(Page::MOST))).unwrap_or(u32::MAX);
        if back > 0 && number > 1 {
            self.next_page = number.saturating_sub(back).max(1);
        } else {
            self.next_page = number.saturating_add(1);
            self.at_the_end = is_last;
        }
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("next_page", &self.next_page)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A list whose new rows come first, changed between two calls.
    type List = Arc<Mutex<Vec<u32>>>;

    fn rows(
        list: &List,
        between: impl Fn(u64, &mut Vec<u32>) + Send + Sync + 'static,
    ) -> Rows<u32> {
        let list = Arc::clone(list);
        let calls = Mutex::new(0);
        Rows::new(
            move |page| {
                let mut list = list.lock().unwrap();
                let mut calls = calls.lock().unwrap();
                *calls += 1;
                let from = (usize::try_from(page.number.get()).unwrap() - 1) * 50;
                let rows: Vec<u32> = list.iter().skip(from).take(50).copied().collect();
                let total = Whole::try_from(list.len() as u64).unwrap();
                between(*calls, &mut list);
                Box::pin(async move { Ok((total, rows)) })
            },
            u32::to_string,
        )
    }

    fn list(length: u32) -> List {
        Arc::new(Mutex::new((0..length).rev().collect()))
    }

    #[tokio::test]
    async fn all_rows_are_given_once() {
        for length in [0, 1, 49, 50, 51, 100, 120] {
            let all = rows(&list(length), |_, _| ()).collect().await.unwrap();
            assert_eq!(all, (0..length).rev().collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn a_new_row_shifts_none_twice_into_the_answer() {
        let all = rows(&list(120), |call, list| {
            list.insert(0, 1000 + u32::try_from(call).unwrap());
        });
        assert_eq!(
            all.collect().await.unwrap(),
            (0..120).rev().collect::<Vec<_>>()
        );
    }

    #[tokio::test]
    async fn what_stays_is_given_though_rows_before_it_go() {
        for gone in [1, 50, 51, 70] {
            let all = rows(&list(300), move |call, list| {
                if call == 2 {
                    list.drain(..gone);
                }
            });
            let mut given = all.collect().await.unwrap();
            given.sort_unstable();
            let stayed = 300 - u32::try_from(gone).unwrap();
            let kept: Vec<u32> = given.into_iter().filter(|row| *row < stayed).collect();
            assert_eq!(kept, (0..stayed).collect::<Vec<_>>(), "{gone}");
        }
    }

    #[tokio::test]
    async fn what_stays_is_given_though_the_last_page_empties() {
        let all = rows(&list(101), |call, list| {
            if call == 2 {
                list.drain(..10);
            }
        });
        let given = all.collect().await.unwrap();
        assert!((0..91).all(|row| given.contains(&row)), "{given:?}");
    }

    #[tokio::test]
    async fn a_failure_can_be_repeated() {
        let failed = Mutex::new(false);
        let mut all = Rows::new(
            move |_| {
                let first = !std::mem::replace(&mut *failed.lock().unwrap(), true);
                Box::pin(async move {
                    if first {
                        return Err(Error::Timeout);
                    }
                    Ok((Whole::from_u32(1), vec![7_u32]))
                })
            },
            u32::to_string,
        );
        assert!(matches!(all.next().await, Err(Error::Timeout)));
        assert_eq!(all.next().await.unwrap(), Some(7));
        assert_eq!(all.next().await.unwrap(), None);
    }
}

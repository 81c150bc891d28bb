//! Tables for people.

use rollcall_client::types::Timestamp;
use std::io::{self, IsTerminal as _};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

/// Between two columns.
const GAP: &str = "  ";

/// No column is made narrower than this, so that something of it can be read.
const NARROWEST: usize = 9;

/// What stands for the rest of a text that was cut.
const CUT: char = '…';

/// Rows under a head, aligned.
pub(crate) struct Table {
    head: Vec<&'static str>,
    /// Whether a column holds ids or instants, which are worth nothing if cut.
    whole: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns. Those of ids and instants are never cut; they are
    /// known by their heads.
    pub(crate) fn new<const COLUMNS: usize>(head: [&'static str; COLUMNS]) -> Self {
        Self {
            whole: head.iter().map(|name| is_whole(name)).collect(),
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) {
        let cells = cells.into_iter().map(|cell| plain(&cell));
        self.rows.push(cells.collect());
    }

    /// The table as wide as the terminal; as wide as it is where there is none, so
    /// that nothing is lost on the way to a file or another program.
    pub(crate) fn for_output(&self) -> String {
        let terminal = io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size);
        let width = terminal.flatten().map(|(width, _)| usize::from(width.0));
        self.text(width)
    }

    fn text(&self, width: Option<usize>) -> String {
        if let Some(width) = width
            && self.narrowest() > width
        {
            return self.records(width);
        }
        let widths = self.widths(width);
        let head = self.head.iter().map(|name| (*name).to_owned()).collect();
        let lines = std::iter::once(&head).chain(&self.rows);
        let lines: Vec<_> = lines.map(|cells| line(cells, &widths)).collect();
        lines.join("\n")
    }

    /// How wide the table is when everything is cut that can be.
    fn narrowest(&self) -> usize {
        let columns = self.needed().into_iter().zip(&self.whole);
        let widths = columns.map(|(needed, whole)| {
            if *whole {
                needed
            } else {
                needed.min(NARROWEST)
            }
        });
        widths.sum::<usize>() + GAP.len() * self.head.len().saturating_sub(1)
    }

    /// Each row for itself, a cell a line, for a terminal that is too narrow for a
    /// table.
    fn records(&self, width: usize) -> String {
        let names = self.head.iter().map(|name| name.width());
        let widest = names.max().unwrap_or(0);
        let room = width.saturating_sub(widest + GAP.len()).max(NARROWEST);
        let records = self.rows.iter().map(|row| {
            let cells = self.head.iter().zip(row).zip(&self.whole);
            let given = cells.filter(|((_, cell), _)| !cell.is_empty());
            let lines = given.map(|((name, cell), whole)| {
                let cell = if *whole {
                    cell.clone()
                } else {
                    cut(cell, room)
                };
                format!("{name:<widest$}{GAP}{cell}")
            });
            lines.collect::<Vec<_>>().join("\n")
        });
        records.collect::<Vec<_>>().join("\n\n")
    }

    /// How wide each column would be uncut.
    fn needed(&self) -> Vec<usize> {
        let needed = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].width());
            cells.max().unwrap_or(0).max(self.head[column].width())
        };
        (0..self.head.len()).map(needed).collect()
    }

    /// How wide each column may be: what it needs, and if that is too much in all,
    /// less for the widest that can be cut.
    fn widths(&self, width: Option<usize>) -> Vec<usize> {
        let mut widths = self.needed();
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let Some(room) = width.map(|width| width.saturating_sub(gaps)) else {
            return widths;
        };
        while widths.iter().sum::<usize>() > room {
            let widest = (0..widths.len())
                .filter(|column| !self.whole[*column] && widths[*column] > NARROWEST)
                .max_by_key(|column| widths[*column]);
            match widest {
                Some(column) => widths[column] -= 1,
                None => break,
            }
        }
        widths
    }
}

fn is_whole(name: &str) -> bool {
    name.ends_with(" ID") || matches!(name, "TIME" | "CREATED" | "LAST USED" | "ACTIVE FROM")
}

/// An instant to the second, for people; JSON has all of it.
pub(crate) fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// The day of an instant, in UTC.
pub(crate) fn date(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('T')
        .map_or_else(|| text.clone(), |(day, _)| day.to_owned())
}

/// Facts with their names, one a line; those that are empty are left out.
pub(crate) fn facts(pairs: &[(&str, String)]) -> String {
    let given = || pairs.iter().filter(|(_, value)| !value.is_empty());
    let widest = given().map(|(name, _)| name.width()).max().unwrap_or(0);
    let lines: Vec<_> = given()
        .map(|(name, value)| format!("{name:<widest$}{GAP}{}", plain(value)))
        .collect();
    lines.join("\n")
}

/// What is absent is an empty cell.
pub(crate) fn or_empty(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The text without what could take over a terminal or turn its lines around: it is
/// what some user chose to be called.
fn plain(text: &str) -> String {
    let harmless = |character: char| {
        let turns = matches!(character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || turns {
            '\u{fffd}'
        } else {
            character
        }
    };
    text.chars().map(harmless).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = cut(cell, *width);
        let padding = width.saturating_sub(cell.width());
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', padding));
        line.push_str(GAP);
    }
    line.trim_end().to_owned()
}

/// The beginning of a text that takes up no more than these columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 1;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken > width {
            break;
        }
        kept.push(character);
    }
    kept.push(CUT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["USER ID", "NAME", "STATUS"]);
        let row = |id: &str, name: &str| [id.to_owned(), name.to_owned(), "Activated".to_owned()];
        table.row(row(&"a".repeat(24), "Alice Liddell of Oxford"));
        table.row(row(&"b".repeat(24), "张伟"));
        table
    }

    fn widths(text: &str) -> Vec<usize> {
        text.lines().map(UnicodeWidthStr::width).collect()
    }

    #[test]
    fn columns_are_aligned_also_after_wide_characters() {
        assert_eq!(
            table().text(None),
            "\
USER ID                   NAME                     STATUS
aaaaaaaaaaaaaaaaaaaaaaaa  Alice Liddell of Oxford  Activated
bbbbbbbbbbbbbbbbbbbbbbbb  张伟                     Activated"
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_names_and_never_ids() {
        let text = table().text(Some(50));
        assert!(text.contains(&"a".repeat(24)), "{text}");
        assert!(text.contains("Alice Liddel…"), "{text}");
        assert!(widths(&text).iter().all(|width| *width <= 50), "{text}");
        let text = table().text(Some(46));
        assert!(text.contains("Alice Li…  Activated"), "{text}");
    }

    #[test]
    fn a_terminal_too_narrow_for_the_table_has_a_line_for_each_cell() {
        let mut table = table();
        let nameless = ["c".repeat(24), String::new(), "Archived".to_owned()];
        table.row(nameless);
        let text = table.text(Some(45));
        let id = |letter: &str| letter.repeat(24);
        let expected = format!(
            "\
USER ID  {}
NAME     Alice Liddell of Oxford
STATUS   Activated

USER ID  {}
NAME     张伟
STATUS   Activated

USER ID  {}
STATUS   Archived",
            id("a"),
            id("b"),
            id("c")
        );
        assert_eq!(text, expected);
        assert!(table.text(Some(20)).contains("NAME     Alice Lidd…\n"));
    }

    #[test]
    fn instants_are_told_to_the_second() {
        let at = Timestamp::from_millis(1_700_000_000_123);
        assert_eq!(instant(at), "2023-11-14T22:13:20Z");
        assert_eq!(date(at), "2023-11-14");
    }

    #[test]
    fn a_wide_character_is_cut_as_a_whole() {
        assert_eq!(cut("张伟张伟", 8), "张伟张伟");
        assert_eq!(cut("张伟张伟", 7), "张伟张…");
        assert_eq!(cut("张伟张伟", 6), "张伟…");
    }

    #[test]
    fn nobody_s_name_takes_over_the_terminal() {
        assert_eq!(
            plain("a\u{1b}[2Jb\nc\u{202e}d"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d"
        );
    }

    #[test]
    fn facts_leave_out_what_is_absent() {
        let pairs = [
            ("userId", "1".to_owned()),
            ("email", String::new()),
            ("name", "A".to_owned()),
        ];
        assert_eq!(facts(&pairs), "userId  1\nname    A");
    }
}

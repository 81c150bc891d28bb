//! What was measured, as it is written down.

use crate::numbers::{Spread, figure};
use anyhow::Result;
use std::fmt::Write as _;
use std::path::Path;

/// Which side of its limit a figure should be on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Less is better.
    AtMost,
    /// More is better.
    AtLeast,
}

/// A mark that was set, and what was measured for it.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What is measured.
    pub what: String,
    /// On which side.
    pub wanted: Wanted,
    /// The limit.
    pub limit: f64,
    /// What was measured, or why it could not be.
    pub found: Result<Spread, String>,
}

impl Mark {
    fn verdict(&self) -> String {
        let Ok(found) = &self.found else {
            return "**not reached**: no figure".to_owned();
        };
        let factor = match self.wanted {
            Wanted::AtMost => found.median / self.limit,
            Wanted::AtLeast => self.limit / found.median,
        };
        if factor <= 1.0 {
            "reached".to_owned()
        } else {
            format!("**missed** by a factor of {}", figure(factor))
        }
    }

    fn row(&self) -> String {
        let side = match self.wanted {
            Wanted::AtMost => "at most",
            Wanted::AtLeast => "at least",
        };
        let found = match &self.found {
            Ok(found) => found.to_string(),
            Err(why) => why.clone(),
        };
        format!(
            "| {} | {side} {} | {found} | {} |\n",
            self.what,
            figure(self.limit),
            self.verdict()
        )
    }
}

/// What was measured.
#[derive(Default)]
pub struct Report {
    /// The marks.
    pub marks: Vec<Mark>,
    /// Headings and what is under them.
    pub sections: Vec<(String, String)>,
    /// Files with plots.
    pub plots: Vec<(String, String)>,
    /// What was not measured, and why.
    pub left_out: Vec<String>,
}

impl Report {
    /// Adds a mark.
    pub fn mark(
        &mut self,
        what: impl Into<String>,
        wanted: Wanted,
        limit: f64,
        found: Result<Spread, String>,
    ) {
        let mark = Mark {
            what: what.into(),
            wanted,
            limit,
            found,
        };
        print!("  {}", mark.row());
        self.marks.push(mark);
    }

    /// Adds a section.
    pub fn section(&mut self, title: impl Into<String>, text: impl Into<String>) {
        let (title, text) = (title.into(), text.into());
        println!("{text}");
        self.sections.push((title, text));
    }

    /// Says what was not measured.
    pub fn leave_out(&mut self, why: impl Into<String>) {
        let why = why.into();
        println!("  not measured: {why}");
        self.left_out.push(why);
    }

    /// The whole as Markdown.
    pub fn text(&self, about: &str) -> String {
        let mut text = format!("# Results\n\n{}\n", about.trim_end());
        if !self.marks.is_empty() {
            text.push_str("\n## Marks\n\n| what | mark | measured | |\n|---|---|---|---|\n");
            for mark in &self.marks {
                text.push_str(&mark.row());
            }
        }
        for (title, section) in &self.sections {
            // Writing to a text does not fail.
            let _ = write!(text, "\n## {title}\n\n{}\n", section.trim_end());
        }
        if !self.left_out.is_empty() {
            text.push_str("\n## Not measured\n\n");
            for why in &self.left_out {
                let _ = writeln!(text, "- {why}");
            }
        }
        text
    }

    /// Writes the text and the plots into a folder.
    pub fn write(&self, folder: &Path, about: &str) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("RESULTS.md"), self.text(about))?;
        for (name, plot) in &self.plots {
            std::fs::write(folder.join(name), plot)?;
        }
        Ok(())
    }
}

/// A table in Markdown.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(wanted: Wanted, limit: f64, median: f64) -> String {
        let found = Spread::of(&[median]).map_err(|error| error.to_string());
        let what = String::new();
        let mark = Mark {
            what,
            wanted,
            limit,
            found,
        };
        mark.verdict()
    }

    #[test]
    fn a_mark_is_reached_at_its_limit_and_missed_past_it() {
        assert_eq!(verdict(Wanted::AtMost, 1.3, 1.3), "reached");
        assert_eq!(verdict(Wanted::AtLeast, 15.0, 15.0), "reached");
        assert_eq!(
            verdict(Wanted::AtMost, 1.0, 1.5),
            "**missed** by a factor of 1.50"
        );
        assert_eq!(
            verdict(Wanted::AtLeast, 3.0, 1.5),
            "**missed** by a factor of 2.00"
        );
    }
}

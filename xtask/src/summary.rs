//! The closing table of a test run.

use std::time::Duration;

/// How a step went.
pub(crate) enum Outcome {
    Passed,
    /// Not run, and why: never counted as a pass.
    Skipped(String),
    Failed(String),
}

/// A step that was reached.
pub(crate) struct Row {
    pub(crate) step: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
}

/// The table, with a last line that says how the whole went.
pub(crate) fn table(rows: &[Row]) -> String {
    let line = |step: &str, result: &str, took: Duration| {
        format!("{step:<15} {result:<8} {:>9.1}", took.as_secs_f64())
    };
    let mut lines = vec![
        String::new(),
        "step            result     seconds".to_owned(),
    ];
    lines.extend(
        rows.iter()
            .map(|row| line(row.step, word(&row.outcome), row.took)),
    );
    lines.push(line("total", "", rows.iter().map(|row| row.took).sum()));
    lines.push(String::new());
    for row in rows {
        if let Outcome::Skipped(why) = &row.outcome {
            lines.push(format!("skipped {}: {why}", row.step));
        }
    }
    lines.push(verdict(rows));
    lines.push(String::new());
    lines.join("\n")
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Skipped(_) => "SKIPPED",
        Outcome::Failed(_) => "FAILED",
    }
}

fn verdict(rows: &[Row]) -> String {
    for row in rows {
        if let Outcome::Failed(why) = &row.outcome {
            return format!("FAILED at step `{}`: {why}", row.step);
        }
    }
    let skipped = rows
        .iter()
        .filter(|row| matches!(row.outcome, Outcome::Skipped(_)))
        .count();
    if skipped == 0 {
        "All steps passed.".to_owned()
    } else {
        format!("Passed, but for {skipped} skipped.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(step: &'static str, outcome: Outcome) -> Row {
        Row {
            step,
            outcome,
            took: Duration::from_millis(1_500),
        }
    }

    #[test]
    fn a_failure_is_the_last_line() {
        let text = table(&[
            row("fmt", Outcome::Passed),
            row("tidy", Outcome::Failed("3 findings".to_owned())),
        ]);
        assert!(
            text.ends_with("FAILED at step `tidy`: 3 findings\n"),
            "{text}"
        );
        assert!(
            text.contains("total                          3.0\n"),
            "{text}"
        );
    }

    #[test]
    fn a_skipped_step_is_not_called_a_pass() {
        let text = table(&[row("compat", Outcome::Skipped("no network".to_owned()))]);
        assert!(text.contains("skipped compat: no network\n"), "{text}");
        assert!(text.ends_with("Passed, but for 1 skipped.\n"), "{text}");
    }
}

//! The records' SQL as PostgreSQL spells it.
//!
//! What the engines spell differently: parameters (`?1`, `?`, `:name` become `$1`),
//! the column `user`, which is a reserved word, `LIKE`, which looks at the case
//! here, byte literals, and the names of indexes, which are only for the other
//! engine's planner.

/// A statement as PostgreSQL takes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) text: String,
    /// The names of its parameters, in the order of their numbers, if they have any.
    pub(super) names: Vec<String>,
    /// Which parameters are in it, from the first on: a statement may leave some out.
    pub(super) used: Vec<bool>,
}

/// Translates a statement.
pub(super) fn translate(sql: &str) -> Translated {
    let mut translator = Translator {
        rest: sql,
        out: String::with_capacity(sql.len() + 16),
        names: Vec::new(),
        used: Vec::new(),
        next: 1,
    };
    while translator.step() {}
    Translated {
        text: translator.out,
        names: translator.names,
        used: translator.used,
    }
}

struct Translator<'a> {
    rest: &'a str,
    out: String,
    names: Vec<String>,
    used: Vec<bool>,
    next: usize,
}

impl<'a> Translator<'a> {
    /// Takes the next piece; whether there was one.
    fn step(&mut self) -> bool {
        let mut chars = self.rest.chars();
        let Some(first) = chars.next() else {
            return false;
        };
        let second = chars.next();
        match (first, second) {
            ('x' | 'X', Some('\'')) => self.bytes(),
            ('\'' | '"', _) => self.quoted(first),
            ('?', _) => self.numbered(),
            // A cast.
            (':', Some(':')) => {
                let cast = self.take(2);
                self.out.push_str(cast);
            }
            (':', Some(name)) if name.is_ascii_alphabetic() => self.named(),
            (c, _) if c.is_ascii_alphabetic() || c == '_' => self.word(),
            (c, _) => {
                self.take(c.len_utf8());
                self.out.push(c);
            }
        }
        true
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// A text or a name in quotes. A doubled quote ends one and begins another.
    fn quoted(&mut self, quote: char) {
        let end = self.rest[1..].find(quote);
        let quoted = self.take(end.map_or(self.rest.len(), |end| end + 2));
        self.out.push_str(quoted);
    }

    /// `x'01'`.
    fn bytes(&mut self) {
        self.take(2);
        let digits = self.take_while(|c| c != '\'');
        if !self.rest.is_empty() {
            self.take(1);
        }
        self.out.push_str(r"'\x");
        self.out.push_str(digits);
        self.out.push_str("'::bytea");
    }

    /// `?1`, or `?` for the next one.
    fn numbered(&mut self) {
        self.take(1);
        let digits = self.take_while(|c| c.is_ascii_digit());
        let number = digits.parse().unwrap_or(self.next);
        self.parameter(number);
        self.next = number + 1;
    }

    fn named(&mut self) {
        self.take(1);
        let name = self.take_while(is_of_word);
        let known = self.names.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        self.parameter(index + 1);
    }

    fn parameter(&mut self, number: usize) {
        if self.used.len() < number {
            self.used.resize(number, false);
        }
        if let Some(used) = self.used.get_mut(number.saturating_sub(1)) {
            *used = true;
        }
        self.out.push('$');
        self.out.push_str(&number.to_string());
    }

    fn word(&mut self) {
        let is_of_a_table = self.out.ends_with('.');
        match self.take_while(is_of_word) {
            "user" if !is_of_a_table => self.out.push_str("\"user\""),
            "LIKE" => self.out.push_str("ILIKE"),
            "INDEXED" => {
                // INDEXED BY name
                for _ in 0..2 {
                    self.take_while(char::is_whitespace);
                    self.take_while(is_of_word);
                }
            }
            word => self.out.push_str(word),
        }
    }
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &str) -> String {
        translate(sql).text
    }

    #[test]
    fn parameters_are_numbered() {
        assert_eq!(text("a = ?1 AND b > ?12"), "a = $1 AND b > $12");
        assert_eq!(text("a = ? AND b = ?"), "a = $1 AND b = $2");
        let named = translate("a = :one AND (:two IS NULL OR b = :two) AND c = :one");
        assert_eq!(named.text, "a = $1 AND ($2 IS NULL OR b = $2) AND c = $1");
        assert_eq!(named.names, ["one", "two"]);
    }

    #[test]
    fn what_is_quoted_stays() {
        assert_eq!(
            text("'a?1 user it''s' \"user\""),
            "'a?1 user it''s' \"user\""
        );
        assert_eq!(text(r"LIKE ? ESCAPE '\'"), r"ILIKE $1 ESCAPE '\'");
        assert_eq!(text("now()::text"), "now()::text");
    }

    #[test]
    fn a_reserved_word_is_quoted_where_it_is_a_column_of_its_own() {
        assert_eq!(
            text("SELECT user, l.user, users FROM t WHERE (user, id) > (?1, ?2)"),
            "SELECT \"user\", l.user, users FROM t WHERE (\"user\", id) > ($1, $2)"
        );
    }

    #[test]
    fn bytes_and_indexes_are_spelled_anew() {
        assert_eq!(
            text("a = x'' OR a = x'0aff'"),
            r"a = '\x'::bytea OR a = '\x0aff'::bytea"
        );
        assert_eq!(text("FROM t INDEXED BY t_of_a WHERE b"), "FROM t  WHERE b");
        assert_eq!(
            text("FROM t\n INDEXED BY t_of_a\n WHERE b"),
            "FROM t\n \n WHERE b"
        );
    }
}

//! Lists of users: a filter as SQL. Every value is a parameter; the text is made
//! of this file's constants alone.

use super::super::columns::{containing, limit_and_offset};
use super::resolve::by_ids;
use crate::sql::Value;
use crate::sql::{Connection, Result};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::identifier::username_key;
use rollcall_core::model::user::{
    User, UserFilter, UserFilterField, UserFilterTest, UserSort, UserSortField,
};
use rollcall_core::page::{PageOf, PageRequest};

/// A page of the pool's users and how many there are.
pub(super) fn page(
    conn: &Connection,
    pool: PoolId,
    filter: &UserFilter,
    page: PageRequest,
) -> Result<PageOf<User>> {
    let Search {
        count,
        ids,
        mut values,
    } = search(pool, filter);
    // Not from the cache of statements: filters have too many shapes, and those
    // of the point look-ups must stay.
    let total_count: i64 = conn
        .prepare(&count)?
        .query_row(values.as_slice(), |row| row.get(0))?;
    let (limit, offset) = limit_and_offset(page);
    values.extend([limit.into(), offset.into()]);
    let ids: Vec<UserId> = conn
        .prepare(&ids)?
        .query_map(values.as_slice(), |row| row.get(0))?
        .map(|id| id.map(UserId::from_bytes))
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list: by_ids(conn, pool, &ids)?,
    })
}

/// The two statements of a list. The page's ids come from an index where one has
/// the order, so that a far page skips index entries and not whole rows.
pub(in crate::records) struct Search {
    pub(in crate::records) count: String,
    /// With two more parameters: limit and offset.
    pub(in crate::records) ids: String,
    values: Vec<Value>,
}

pub(in crate::records) fn search(pool: PoolId, filter: &UserFilter) -> Search {
    let mut condition = Condition::in_pool(pool);
    condition.filter(filter);
    let Condition { sql, values } = condition;
    let order = order(&filter.sort);
    let count = match is_kept(filter) {
        true => "SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM counted_users",
        false => "SELECT count(*) FROM users",
    };
    Search {
        count: format!("{count} WHERE {sql}"),
        ids: format!("SELECT id FROM users WHERE {sql} ORDER BY {order} LIMIT ? OFFSET ?"),
        values,
    }
}

/// Whether how many there are is kept (`counters`): of a pool, and of each status.
fn is_kept(filter: &UserFilter) -> bool {
    let UserFilter {
        keywords,
        search_in: _,
        tests,
        status: _,
        updated_from,
        updated_until,
        sort: _,
    } = filter;
    keywords.is_none() && tests.is_empty() && updated_from.is_none() && updated_until.is_none()
}

/// The order, made total: where it leaves rows equal, records made first come
/// last, and those of one instant in the order of their ids.
fn order(sort: &[UserSort]) -> String {
    let mut sql = String::new();
    for key in sort {
        sql.push_str(column(key.field).sql);
        // Absent comes before any value. Engines do not agree where nothing is said,
        // and what is said about a column that is never absent hides its index.
        sql.push_str(match (key.descending, is_always_there(key.field)) {
            (true, true) => " DESC, ",
            (true, false) => " DESC NULLS LAST, ",
            (false, true) => " ASC, ",
            (false, false) => " ASC NULLS FIRST, ",
        });
    }
    sql.push_str("created_at DESC, id DESC");
    sql
}

fn is_always_there(field: UserSortField) -> bool {
    matches!(
        field,
        UserSortField::CreatedAt
            | UserSortField::UpdatedAt
            | UserSortField::Status
            | UserSortField::StatusChangedAt
            | UserSortField::LoginsCount
            | UserSortField::Gender
            | UserSortField::UserSourceType
    )
}

/// How the values of a column are compared with a caller's text.
#[derive(Clone, Copy)]
enum Form {
    /// As they are.
    Text,
    /// The column is in lower case.
    LowerCase,
    /// The column is a username's key.
    UsernameKey,
    /// As whole numbers: instants in milliseconds, and counts.
    Number,
}

struct Operand {
    /// What stands for it in SQL, with one parameter if there is a `path`.
    sql: &'static str,
    /// The member of the profile.
    path: Option<String>,
    form: Form,
}

impl Operand {
    /// A caller's text as this operand compares. A text that is no number is
    /// NULL beside numbers: no comparison with it holds.
    fn value(&self, text: &str) -> Value {
        match self.form {
            Form::Text | Form::LowerCase | Form::UsernameKey => self.text(text).into(),
            Form::Number => text.parse().map_or(Value::Null, Value::Integer),
        }
    }

    fn text(&self, text: &str) -> String {
        match self.form {
            Form::Text | Form::Number => text.to_owned(),
            Form::LowerCase => text.to_lowercase(),
            Form::UsernameKey => username_key(text),
        }
    }
}

fn operand(field: UserFilterField) -> Operand {
    match field {
        UserFilterField::Id => Operand {
            sql: "lower(hex(id))",
            path: None,
            form: Form::LowerCase,
        },
        UserFilterField::Column(field) => column(field),
        UserFilterField::Profile(field) => Operand {
            sql: "json_extract(profile, ?)",
            path: Some(format!("$.{}", field.as_str())),
            form: Form::Text,
        },
    }
}

fn column(field: UserSortField) -> Operand {
    let (sql, form) = match field {
        UserSortField::CreatedAt => ("created_at", Form::Number),
        UserSortField::UpdatedAt => ("updated_at", Form::Number),
        UserSortField::Email => ("email", Form::LowerCase),
        UserSortField::Username => ("username_key", Form::UsernameKey),
        UserSortField::ExternalId => ("external_id", Form::Text),
        UserSortField::Phone => ("phone", Form::Text),
        UserSortField::Status => ("status", Form::Text),
        UserSortField::StatusChangedAt => ("status_changed_at", Form::Number),
        UserSortField::PasswordLastSetAt => ("password_last_set_at", Form::Number),
        UserSortField::LoginsCount => ("sign_in_count", Form::Number),
        UserSortField::Gender => ("gender", Form::Text),
        UserSortField::LastLogin => ("last_sign_in_at", Form::Number),
        UserSortField::UserSourceType => ("source", Form::Text),
        UserSortField::PasswordSecurityLevel => ("password_security_level", Form::Number),
        UserSortField::PhoneCountryCode => ("phone_country_code", Form::Text),
        UserSortField::LastIp => ("last_sign_in_address", Form::Text),
    };
    Operand {
        sql,
        path: None,
        form,
    }
}

/// A WHERE clause in the making, and its values in the order of its parameters.
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn in_pool(pool: PoolId) -> Self {
        Self {
            sql: "pool = ?".to_owned(),
            values: vec![pool.as_bytes().to_vec().into()],
        }
    }

    fn filter(&mut self, filter: &UserFilter) {
        if let Some(status) = filter.status {
            self.push(" AND status = ?", status.as_str().to_owned());
        }
        if let Some(from) = filter.updated_from {
            self.push(" AND updated_at >= ?", from.as_millis());
        }
        if let Some(until) = filter.updated_until {
            self.push(" AND updated_at <= ?", until.as_millis());
        }
        if let Some(keywords) = &filter.keywords {
            self.sql.push_str(" AND (");
            for field in &filter.search_in {
                self.contains(&operand(*field), keywords);
                self.sql.push_str(" OR ");
            }
            self.sql.push_str("FALSE)");
        }
        for (field, test) in &filter.tests {
            self.sql.push_str(" AND (");
            self.test(&operand(*field), test);
            self.sql.push(')');
        }
    }

    fn test(&mut self, operand: &Operand, test: &UserFilterTest) {
        match test {
            UserFilterTest::Equal(value) => self.compare(operand, " = ?", value),
            UserFilterTest::NotEqual(value) => {
                self.not(|this| this.compare(operand, " = ?", value));
            }
            UserFilterTest::Contains(part) => self.contains(operand, part),
            UserFilterTest::NotContains(part) => self.not(|this| this.contains(operand, part)),
            UserFilterTest::IsNull => self.suffixed(operand, " IS NULL"),
            UserFilterTest::NotNull => self.suffixed(operand, " IS NOT NULL"),
            UserFilterTest::In(values) if values.is_empty() => self.sql.push_str("FALSE"),
            UserFilterTest::In(values) => {
                self.suffixed(operand, " IN (");
                for (index, value) in values.iter().enumerate() {
                    self.push(if index == 0 { "?" } else { ", ?" }, operand.value(value));
                }
                self.sql.push(')');
            }
            UserFilterTest::Greater(value) => self.compare(operand, " > ?", value),
            UserFilterTest::Lesser(value) => self.compare(operand, " < ?", value),
            UserFilterTest::Between(low, high) => {
                self.compare(operand, " BETWEEN ?", low);
                self.push(" AND ?", operand.value(high));
            }
        }
    }

    /// True where the inner condition is false, and where it is neither because
    /// the field is absent.
    fn not(&mut self, inner: impl FnOnce(&mut Self)) {
        self.sql.push('(');
        inner(self);
        self.sql.push_str(") IS NOT TRUE");
    }

    fn compare(&mut self, operand: &Operand, operator: &'static str, value: &str) {
        self.suffixed(operand, "");
        self.push(operator, operand.value(value));
    }

    fn contains(&mut self, operand: &Operand, text: &str) {
        match operand.form {
            Form::Number => {
                self.sql.push_str("CAST(");
                self.suffixed(operand, " AS TEXT)");
            }
            Form::Text | Form::LowerCase | Form::UsernameKey => self.suffixed(operand, ""),
        }
        self.push(r" LIKE ? ESCAPE '\'", containing(&operand.text(text)));
    }

    fn suffixed(&mut self, operand: &Operand, suffix: &'static str) {
        self.sql.push_str(operand.sql);
        self.values.extend(operand.path.clone().map(Value::Text));
        self.sql.push_str(suffix);
    }

    fn push(&mut self, sql: &'static str, value: impl Into<Value>) {
        self.sql.push_str(sql);
        self.values.push(value.into());
    }
}

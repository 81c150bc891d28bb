//! Parameters of statements.

use super::Result;

/// A parameter's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// What can be a parameter.
pub(crate) trait ToSql {
    /// Its value.
    fn argument(&self) -> Argument<'_>;
}

/// A parameter whose kind is known only when the program runs.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl ToSql for Value {
    fn argument(&self) -> Argument<'_> {
        match self {
            Self::Null => Argument::Null,
            Self::Integer(number) => Argument::Integer(*number),
            Self::Text(text) => Argument::Text(text),
            Self::Blob(bytes) => Argument::Blob(bytes),
        }
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl ToSql for $number {
            fn argument(&self) -> Argument<'_> {
                Argument::Integer(i64::from(*self))
            }
        }
    )+};
}
numbers!(i64, i32, u32, u16, u8, bool);

impl ToSql for str {
    fn argument(&self) -> Argument<'_> {
        Argument::Text(self)
    }
}

impl ToSql for String {
    fn argument(&self) -> Argument<'_> {
        Argument::Text(self)
    }
}

impl ToSql for [u8] {
    fn argument(&self) -> Argument<'_> {
        Argument::Blob(self)
    }
}

impl ToSql for Vec<u8> {
    fn argument(&self) -> Argument<'_> {
        Argument::Blob(self)
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn argument(&self) -> Argument<'_> {
        Argument::Blob(self)
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn argument(&self) -> Argument<'_> {
        self.as_ref().map_or(Argument::Null, ToSql::argument)
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn argument(&self) -> Argument<'_> {
        (**self).argument()
    }
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// From 1 on.
    Number(usize),
    /// With its colon.
    Name(&'a str),
}

/// The parameters of one use of a statement.
pub(crate) trait Params {
    /// Shows each to `bind`.
    fn each<'a>(
        &'a self,
        bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
    ) -> Result<()>;
}

fn numbered<'a>(
    arguments: impl Iterator<Item = Argument<'a>>,
    bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
) -> Result<()> {
    for (index, argument) in arguments.enumerate() {
        bind(Place::Number(index + 1), argument)?;
    }
    Ok(())
}

impl<T: ToSql> Params for &[T] {
    fn each<'a>(
        &'a self,
        bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
    ) -> Result<()> {
        numbered(self.iter().map(ToSql::argument), bind)
    }
}

impl<T: ToSql, const N: usize> Params for [T; N] {
    fn each<'a>(
        &'a self,
        bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
    ) -> Result<()> {
        numbered(self.iter().map(ToSql::argument), bind)
    }
}

impl<const N: usize> Params for &[(&'static str, &dyn ToSql); N] {
    fn each<'a>(
        &'a self,
        bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
    ) -> Result<()> {
        for (name, value) in *self {
            bind(Place::Name(name), value.argument())?;
        }
        Ok(())
    }
}

impl Params for () {
    fn each<'a>(&'a self, _: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+);)+) => {$(
        impl<$($name: ToSql),+> Params for ($($name,)+) {
            fn each<'a>(
                &'a self,
                bind: &mut dyn FnMut(Place<'a>, Argument<'a>) -> Result<()>,
            ) -> Result<()> {
                $(bind(Place::Number($index + 1), self.$index.argument())?;)+
                Ok(())
            }
        }
    )+};
}
tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
}

/// Parameters by their order.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::sql::ToSql),*] as &[&dyn $crate::sql::ToSql]
    };
}

/// Parameters by their names.
macro_rules! named_params {
    ($($name:literal: $value:expr),+ $(,)?) => {
        &[$(($name, &$value as &dyn $crate::sql::ToSql)),+]
    };
}

pub(crate) use {named_params, params};

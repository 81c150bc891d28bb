//! Telling webhooks of what happens. What is owed is written by the store with each
//! change; here it is sent.

mod deliver;
mod message;
mod send;
mod signature;

#[cfg(test)]
mod tests;

pub use deliver::WebhookDeliverer;

//! What the stand-in has to have in common with Exchange, asked over HTTP.

mod attachments;
mod bodies;
mod client;
mod contacts;
mod control;
mod events;
mod faults;
mod folders;
mod lists;
mod lookups;
mod mails;
mod meetings;
mod notifications;
mod rules;
mod series;
mod shortcuts;
mod sync;
mod tasks;
mod transport;
mod writing;

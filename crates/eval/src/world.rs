//! Worlds: entities of many kinds with facts, the articles written from them and the questions that people ask about
//! them. The bundled library is the one true world; training and evaluation invent others.

mod article;
mod deck;
mod entity;
mod invent;
mod kind;
mod mention;
mod noise;
mod question;
mod scene;
mod spelling;
mod thesaurus;
mod words;

pub use article::{Article, Sentence, answer, write_article};
pub use entity::{Entity, Library, without_bracket};
pub use invent::Inventor;
pub use kind::{Kind, Phrasebook, Property, Value};
pub use noise::noisy;
pub use question::{Phrasing, Question, Want, ask, ask_absent};
pub use scene::{Asked, Lack, Scene, Shape, Subject};

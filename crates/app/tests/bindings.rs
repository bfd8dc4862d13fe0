//! The screen's types are those of this crate: `ui/src/api/bindings.ts` is what the Rust types say.

use expect_test::expect_file;
use lucy_app::{ApiError, Request, Response, RunUpdate};
use lucy_protocol::Transcript;
use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use ts_rs::{Config, TS, TypeVisitor};

/// The declarations of all types that these and theirs are made of, by name.
struct Declarations {
    config: Config,
    seen: HashSet<TypeId>,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let declaration = format!("{}export {}", T::docs().unwrap_or_default(), T::decl(&self.config));
            let other = self.found.insert(T::ident(&self.config), declaration);
            assert!(other.is_none(), "two types are called {}", T::ident(&self.config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

#[test]
fn the_bindings_are_not_stale() {
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations { config, seen: HashSet::new(), found: BTreeMap::new() };
    declarations.visit::<Request>();
    declarations.visit::<Response>();
    declarations.visit::<RunUpdate>();
    declarations.visit::<ApiError>();
    declarations.visit::<Transcript>();
    let head = "// Written by a test of lucy-app (crates/app/tests/bindings.rs) from the Rust types. Do not edit it: run\n\
                // `UPDATE_EXPECT=1 cargo test -p lucy-app --test bindings`.\n";
    let body: Vec<String> = declarations.found.into_values().collect();
    let text = format!("{head}\n{}\n", body.join("\n\n"));
    expect_file!["../../../ui/src/api/bindings.ts"].assert_eq(&text);
}

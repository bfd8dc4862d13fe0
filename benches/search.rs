//! Search in the bundled library, beside a scan of the same index with LIKE.

use criterion::{Criterion, criterion_group, criterion_main};
use lucy_tools::{Library, Query, SearchProvider};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

fn search(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("library.db");
    let library = runtime.block_on(Library::open(&path)).expect("the library");
    let options = SqliteConnectOptions::new().filename(&path).read_only(true);
    let pool = runtime.block_on(SqlitePool::connect_with(options)).expect("the index");
    let mut group = c.benchmark_group("search");
    for (name, text) in [
        ("a name and a property", "Eiffel Tower architect"),
        ("a whole question", "who was the person that designed the eiffel tower in paris?"),
        ("a slip of the pen", "effiel tower"),
    ] {
        let query = Query { text: text.into(), limit: 3 };
        group.bench_function(name, |b| b.iter(|| runtime.block_on(library.search(&query)).expect("hits")));
    }
    let scan = "SELECT document FROM passages WHERE text LIKE '%Eiffel%' AND text LIKE '%Tower%' LIMIT 3";
    group.bench_function("peer: a scan with LIKE", |b| {
        b.iter(|| runtime.block_on(sqlx::query_scalar::<_, i64>(scan).fetch_all(&pool)).expect("rows"));
    });
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);

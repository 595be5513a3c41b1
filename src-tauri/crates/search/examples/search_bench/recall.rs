//! How many of the ten truly nearest vectors a search by meaning finds.

use sheaf_document::PassageId;
use sheaf_search::Vectors;
use sheaf_store::Library;
use sheaf_store::table::vectors;

use crate::fill::World;
use crate::{Failure, tell};

const QUESTIONS: u64 = 50;
const TEN: usize = 10;

pub(crate) fn at_10(library: &Library, world: &World) -> Result<(), Failure> {
    let conn = library.read()?;
    let model = vectors::active_model(&conn)?.ok_or("no model")?.0;
    let questions: Vec<Vec<f32>> = (0..QUESTIONS).map(|n| world.question(n + 1_000)).collect();
    let mut best: Vec<Vec<(f32, PassageId)>> = vec![Vec::new(); questions.len()];
    for id in vectors::segment_ids(&conn, model)? {
        let Some(segment) = vectors::segment(&conn, id)? else {
            continue;
        };
        let rows = segment.vectors.chunks_exact(crate::fill::DIMS);
        for ((row, scale), passage) in rows.zip(&segment.scales).zip(&segment.passages) {
            let row: Vec<f32> = row.iter().map(|v| f32::from(*v)).collect();
            for (question, best) in questions.iter().zip(&mut best) {
                let score: f32 = row.iter().zip(question).map(|(v, q)| v * q).sum();
                keep(best, (score * scale, *passage));
            }
        }
    }
    let mut near = Vectors::new();
    near.refresh(&conn)?;
    let mut found = 0;
    for (question, best) in questions.iter().zip(&best) {
        let nearest = near.nearest(library, question, TEN, &|_| true)?;
        let is_near = |passage: &PassageId| nearest.iter().any(|(other, _)| other == passage);
        found += best.iter().filter(|(_, passage)| is_near(passage)).count();
    }
    let all = questions.len() * TEN;
    tell("recall_at_10_of_stored", found as f64 / all as f64);
    Ok(())
}

fn keep(best: &mut Vec<(f32, PassageId)>, one: (f32, PassageId)) {
    if best.len() == TEN && best[TEN - 1].0 >= one.0 {
        return;
    }
    let at = best.partition_point(|(score, _)| *score >= one.0);
    best.insert(at, one);
    best.truncate(TEN);
}

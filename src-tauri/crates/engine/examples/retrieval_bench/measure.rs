//! nDCG, recall and reciprocal rank as trec_eval reckons them: the gain of a document is its score.

use std::collections::HashMap;

/// One question's answer, judged.
pub(crate) struct Judged {
    ndcg: f64,
    recall: f64,
    reciprocal: f64,
}

impl Judged {
    /// `ranked` has the best first; `relevant` is not empty.
    pub(crate) fn of(ranked: &[&str], relevant: &HashMap<String, f64>) -> Self {
        let gains: Vec<f64> = ranked
            .iter()
            .map(|id| relevant.get(*id).copied().unwrap_or_default())
            .collect();
        let mut ideal: Vec<f64> = relevant.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        let found = gains.iter().take(100).filter(|gain| **gain > 0.0).count();
        let first = gains.iter().take(10).position(|gain| *gain > 0.0);
        Self {
            ndcg: discounted(&gains) / discounted(&ideal),
            recall: found as f64 / relevant.len() as f64,
            reciprocal: first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
        }
    }
}

/// The first ten gains, each divided by the logarithm of its place (Järvelin and Kekäläinen 2002).
fn discounted(gains: &[f64]) -> f64 {
    let places = gains.iter().take(10).enumerate();
    places
        .map(|(rank, gain)| gain / (rank as f64 + 2.0).log2())
        .sum()
}

/// Means over questions.
#[derive(Default)]
pub(crate) struct Figures {
    questions: f64,
    ndcg: f64,
    recall: f64,
    reciprocal: f64,
}

impl Figures {
    pub(crate) fn add(&mut self, judged: &Judged) {
        self.questions += 1.0;
        self.ndcg += judged.ndcg;
        self.recall += judged.recall;
        self.reciprocal += judged.reciprocal;
    }

    pub(crate) fn ndcg_at_10(&self) -> f64 {
        self.ndcg / self.questions.max(1.0)
    }

    pub(crate) fn recall_at_100(&self) -> f64 {
        self.recall / self.questions.max(1.0)
    }

    pub(crate) fn mrr_at_10(&self) -> f64 {
        self.reciprocal / self.questions.max(1.0)
    }
}

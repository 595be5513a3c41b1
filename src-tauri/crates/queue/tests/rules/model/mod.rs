//! Any sequence of calls does what a plain list in memory would do.

mod call;
mod compare;
mod list;
mod pair;
mod people;
mod sweeps;

use proptest::prelude::*;

use self::call::any_call;
use self::list::Model;
use self::pair::Pair;
use crate::queue::Queue;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_calls_agrees_with_the_model(calls in prop::collection::vec(any_call(), 1..120)) {
        let mut pair =
            Pair { queue: Queue::new(), model: Model::new(), claims: Vec::new() };
        for call in &calls {
            pair.apply(call);
            pair.compare();
        }
    }
}

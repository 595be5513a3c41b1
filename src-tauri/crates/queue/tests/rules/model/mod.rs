//! Any sequence of calls does what a plain list in memory would do: `proptest-state-machine` makes the sequences, and
//! shrinks one that fails to the calls that matter.

mod answer;
mod call;
mod list;
mod people;
mod real;
mod sides;
mod sweeps;
mod work;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use self::call::{Call, any_call};
use self::list::Model;
use self::real::Real;

/// The list as the machine that says what must come out.
struct Plain;

impl ReferenceStateMachine for Plain {
    type State = Model;
    type Transition = Call;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::new()).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Call> {
        any_call().boxed()
    }

    fn apply(mut model: Model, call: &Call) -> Model {
        model.answer = model.do_call(call);
        model
    }
}

/// The queue as the machine under test.
struct Sqlite;

impl StateMachineTest for Sqlite {
    type SystemUnderTest = Real;
    type Reference = Plain;

    fn init_test(_: &Model) -> Real {
        Real::new()
    }

    fn apply(mut real: Real, model: &Model, call: Call) -> Real {
        let answer = real.do_call(&call);
        assert_eq!(answer, model.answer, "the answer to {call:?}");
        real
    }

    fn check_invariants(real: &Real, model: &Model) {
        real.compare(model);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(2_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_sequence_of_calls_agrees_with_a_plain_list(sequential 1..40 => Sqlite);
}

//! Tests of meetme-call.

//! From an assessment to a plan. Pure: the same inputs give the same bytes.

//! Every route, asked by everybody: the matrix is made of the table, so that a new route is in it.

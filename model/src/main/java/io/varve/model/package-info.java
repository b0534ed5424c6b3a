/// What a time series is: its {@link io.varve.model.Labels}, how it is chosen ({@link
/// io.varve.model.Matcher}) and how its samples are read ({@link io.varve.model.SampleCursor}).
@NullMarked
package io.varve.model;

import org.jspecify.annotations.NullMarked;

package io.varve.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks an option of `varve serve` that a reload of the configuration changes in a running server:
/// {@link ServeCommand#applyTo} hands it over. All others take effect at the next start.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Reloadable {}

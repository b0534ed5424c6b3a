package io.varve.model;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

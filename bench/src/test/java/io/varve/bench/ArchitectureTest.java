package io.varve.bench;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

package io.varve.index;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

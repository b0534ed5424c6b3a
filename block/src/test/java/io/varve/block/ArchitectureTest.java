package io.varve.block;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

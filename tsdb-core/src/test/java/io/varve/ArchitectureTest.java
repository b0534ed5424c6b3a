package io.varve;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

package io.varve.cli;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

package io.varve.compact;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

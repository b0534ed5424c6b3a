package io.varve.io;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

package io.varve.wal;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

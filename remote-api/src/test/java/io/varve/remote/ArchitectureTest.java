package io.varve.remote;

import io.varve.arch.ModuleRules;

final class ArchitectureTest extends ModuleRules {}

// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.mapcontig.ApiRules;

@AnalyzeClasses(packages = "io.github.mapcontig.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class CliArchitectureTest {
    @ArchTest
    static final ArchRule CLASSES_ARE_CLOSED = ApiRules.classesAreClosed("io.github.mapcontig.cli..");

    /** It maps memory of its own as the negative control, and prints sizes as the library does; it reaches no further in. */
    @ArchTest
    static final ArchRule THE_API_AND_WHAT_THE_CONTROL_NEEDS = classes().should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax..", "picocli..", "com.sun.jna..", "io.github.mapcontig",
                    "io.github.mapcontig.cli..", "io.github.mapcontig.devices..",
                    "io.github.mapcontig.internal.libc", "io.github.mapcontig.internal.platform");
}

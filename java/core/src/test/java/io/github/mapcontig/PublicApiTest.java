// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.mapcontig", importOptions = ImportOption.DoNotIncludeTests.class)
class PublicApiTest {
    @ArchTest
    static final ArchRule JNA_STAYS_INSIDE = noClasses().that().resideInAPackage("io.github.mapcontig")
            .should().dependOnClassesThat().resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule THE_C_LIBRARY_HAS_NO_POLICY = noClasses().that().resideInAPackage("..internal.libc..")
            .should().dependOnClassesThat(resideInAPackage("io.github.mapcontig..").and(not(resideInAPackage("..internal.libc.."))));

    @ArchTest
    static final ArchRule NO_INTERNAL_TYPE_IN_THE_API = methods().that().arePublic()
            .and().areDeclaredInClassesThat(resideInAPackage("io.github.mapcontig").and(modifier(JavaModifier.PUBLIC)))
            .should().notHaveRawReturnType(resideInAPackage("..internal.."));

    @ArchTest
    static final ArchRule CLASSES_ARE_FINAL = classes().that().areNotAnonymousClasses().and().areNotInterfaces().and().areNotEnums()
            .should().haveModifier(JavaModifier.FINAL);
}

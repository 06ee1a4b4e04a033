// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

@AnalyzeClasses(packages = "io.github.mapcontig", importOptions = ImportOption.DoNotIncludeTests.class)
class PublicApiTest {
    private static final String API = "io.github.mapcontig";

    @ArchTest
    static final ArchRule THE_API_SHOWS_ONLY_ITSELF = ApiRules.shows(API, Set.of(API));

    @ArchTest
    static final ArchRule NO_SHARED_MUTABLE_STATE = ApiRules.publicFieldsAreConstants(API);

    @ArchTest
    static final ArchRule CLASSES_ARE_CLOSED = ApiRules.classesAreClosed(API + "..");

    @ArchTest
    static final ArchRule FEW_KNOW_JNA = noClasses().that(not(resideInAPackage("..internal.libc..")
                    .or(resideInAPackage("..internal.mapping.."))))
            .should().dependOnClassesThat().resideInAPackage("com.sun.jna..");

    /** Small runtime images lack that module. */
    @ArchTest
    static final ArchRule ONLY_EVENTS_KNOW_THE_RECORDER = noClasses().that(not(resideInAPackage("..internal.events..")))
            .should().dependOnClassesThat().resideInAPackage("jdk.jfr..");

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_OTHERS = classes().should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "com.sun.jna..", "org.apache.commons.lang3..", "jdk.jfr..", API, API + ".internal..");

    @ArchTest
    static final ArchRule INTERNAL_PACKAGES_HAVE_NO_CYCLES = slices().matching(API + ".internal.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_C_LIBRARY_HAS_NO_POLICY = classes().that().resideInAPackage("..internal.libc..")
            .should().onlyDependOnClassesThat(not(resideInAPackage(API + "..")).or(resideInAPackage("..internal.libc..")));

    @ArchTest
    static final ArchRule THE_PLATFORM_STANDS_ALONE = classes().that().resideInAPackage("..internal.platform..")
            .should().onlyDependOnClassesThat(not(resideInAPackage(API + "..")).or(resideInAPackage("..internal.platform..")));

    /**
     * What is behind the API speaks its words (requests, refusals, errno, extents), so that each exists once; it never
     * calls back what allocates, hands out or probes. Events are there to report what was handed out and read it.
     */
    @ArchTest
    static final ArchRule INTERNAL_PACKAGES_KNOW_ONLY_WORDS_OF_THE_API = noClasses()
            .that(resideInAPackage("..internal..").and(not(resideInAPackage("..internal.events.."))))
            .should().dependOnClassesThat(resideInAPackage(API).and(not(describe("are words", PublicApiTest::isWord))));

    private static boolean isWord(final JavaClass type) {
        return type.isRecord() || type.isEnum() || type.isEquivalentTo(Pagemap.class);
    }
}

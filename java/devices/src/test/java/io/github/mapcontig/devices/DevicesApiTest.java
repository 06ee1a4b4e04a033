// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.mapcontig.ApiRules;
import java.util.Set;

@AnalyzeClasses(packages = "io.github.mapcontig.devices", importOptions = ImportOption.DoNotIncludeTests.class)
class DevicesApiTest {
    private static final String CORE = "io.github.mapcontig";
    private static final String PCI = CORE + ".devices.pci";
    private static final String EDU = CORE + ".devices.edu";
    private static final String NVME = CORE + ".devices.nvme";

    @ArchTest
    static final ArchRule PCI_SHOWS_ONLY_ITSELF_AND_THE_LIBRARY = ApiRules.shows(PCI, Set.of(CORE, PCI));

    @ArchTest
    static final ArchRule EDU_SHOWS_ONLY_ITSELF_AND_BELOW = ApiRules.shows(EDU, Set.of(CORE, PCI, EDU));

    @ArchTest
    static final ArchRule NVME_SHOWS_ONLY_ITSELF_AND_BELOW = ApiRules.shows(NVME, Set.of(CORE, PCI, NVME));

    @ArchTest
    static final ArchRule NO_SHARED_MUTABLE_STATE = ApiRules.publicFieldsAreConstants(CORE + ".devices..");

    @ArchTest
    static final ArchRule CLASSES_ARE_CLOSED = ApiRules.classesAreClosed(CORE + ".devices..");

    @ArchTest
    static final ArchRule THE_BUS_KNOWS_NO_DEVICE = noClasses().that().resideInAPackage(PCI)
            .should().dependOnClassesThat().resideInAnyPackage(EDU, NVME);

    @ArchTest
    static final ArchRule DEVICES_KNOW_NO_OTHER_DEVICE = noClasses().that().resideInAPackage(NVME)
            .should().dependOnClassesThat().resideInAPackage(EDU);

    /** Behind an IOMMU a physical address is not what a device sees: a driver takes what the mapping says. */
    @ArchTest
    static final ArchRule NVME_ASKS_MAPPINGS_FOR_ADDRESSES = noClasses().that().resideInAPackage(NVME)
            .should().callMethodWhere(JavaCall.Predicates.target(HasName.Predicates.nameMatching("physicalAddress|extents")));

    /** VFIO takes system calls and memory that ends safely, which the library exports to this module only. */
    @ArchTest
    static final ArchRule ONLY_WHAT_THE_LIBRARY_EXPORTS = classes().should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.apache.commons.lang3..", CORE, PCI, EDU, NVME, CORE + ".internal.libc",
                    CORE + ".internal.mapping", CORE + ".internal.platform");

    @ArchTest
    static final ArchRule ONLY_VFIO_MAKES_SYSTEM_CALLS = noClasses().that().haveNameNotMatching(".*\\.pci\\.Vfio\\w+(\\$.*)?")
            .should().dependOnClassesThat().resideInAnyPackage(CORE + ".internal.libc..", CORE + ".internal.mapping..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_JNA = noClasses().should().dependOnClassesThat().resideInAPackage("com.sun.jna..");
}

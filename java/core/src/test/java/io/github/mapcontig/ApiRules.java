// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What holds for each package that a module exports. */
public final class ApiRules {
    private ApiRules() {
    }

    /**
     * Who uses the package meets types of the JDK and public types of exported packages, and no others: in fields, parameters,
     * results, exceptions, annotations, superclasses and type arguments.
     *
     * @param api      the package, exactly
     * @param exported packages whose types it may show, exactly
     * @return the rule
     */
    public static ArchRule shows(final String api, final Set<String> exported) {
        final Predicate<JavaClass> allowed = type -> type.isPrimitive() || type.getPackageName().startsWith("java.")
                || exported.contains(type.getPackageName()) && visible(type);
        return classes().that().resideInAPackage(api).and().arePublic()
                .should(new ArchCondition<>("show only types of the JDK and public ones of " + exported) {
                    @Override
                    public void check(final JavaClass type, final ConditionEvents events) {
                        Stream.concat(Stream.of(type.getSuperclass().stream(), type.getInterfaces().stream(),
                                                type.getTypeParameters().stream()).flatMap(types -> types)
                                        .flatMap(used -> used.getAllInvolvedRawTypes().stream()),
                                Stream.concat(annotations(type.getAnnotations()),
                                        type.getMembers().stream().filter(ApiRules::visible).flatMap(ApiRules::types)))
                                .map(JavaClass::getBaseComponentType).filter(allowed.negate()).distinct()
                                .forEach(used -> events.add(SimpleConditionEvent.violated(type,
                                        type.getName() + " shows " + used.getName())));
                    }
                });
    }

    /**
     * State that all programs in a JVM share, and that anybody can change, is not part of an API.
     *
     * @param packages packages as ArchUnit names them
     * @return the rule
     */
    public static ArchRule publicFieldsAreConstants(final String packages) {
        return classes().that().resideInAPackage(packages)
                .should(new ArchCondition<>("have no public fields but constants") {
                    @Override
                    public void check(final JavaClass type, final ConditionEvents events) {
                        type.getFields().stream().filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
                                .filter(field -> !constant(field))
                                .forEach(field -> events.add(SimpleConditionEvent.violated(field, field.getDescription())));
                    }
                });
    }

    /**
     * Nobody extends our classes but we ourselves.
     *
     * @param packages packages as ArchUnit names them
     * @return the rule
     */
    public static ArchRule classesAreClosed(final String packages) {
        return classes().that().resideInAPackage(packages).and().areNotAnonymousClasses().and().areNotInterfaces()
                .and().areNotEnums().should(new ArchCondition<>("be final or sealed") {
                    @Override
                    public void check(final JavaClass type, final ConditionEvents events) {
                        if (!type.getModifiers().contains(JavaModifier.FINAL) && !type.reflect().isSealed()) {
                            events.add(SimpleConditionEvent.violated(type, type.getName() + " is neither final nor sealed"));
                        }
                    }
                });
    }

    private static boolean constant(final JavaField field) {
        final JavaClass type = field.getRawType();
        return field.getModifiers().containsAll(Set.of(JavaModifier.STATIC, JavaModifier.FINAL))
                && (type.isPrimitive() || type.isRecord() || type.isEnum() || type.isEquivalentTo(String.class));
    }

    private static boolean visible(final HasModifiers what) {
        return what.getModifiers().contains(JavaModifier.PUBLIC) || what.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> types(final JavaMember member) {
        final Stream<JavaType> types;
        if (member instanceof JavaCodeUnit) {
            final JavaCodeUnit unit = (JavaCodeUnit) member;
            types = Stream.of(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream(),
                    unit.getThrowsClause().getTypes().stream(), unit.getTypeParameters().stream()).flatMap(all -> all);
        } else {
            types = Stream.of(((JavaField) member).getType());
        }
        return Stream.concat(annotations(member.getAnnotations()),
                types.flatMap(type -> type.getAllInvolvedRawTypes().stream()));
    }

    private static Stream<JavaClass> annotations(final Set<? extends JavaAnnotation<?>> annotations) {
        return annotations.stream().map(JavaAnnotation::getRawType);
    }
}

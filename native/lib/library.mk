# SPDX-License-Identifier: Apache-2.0
# libmapcontig.so for each architecture that has one, where the jar of java/core finds it, in JNA's names:
# target/resources/linux-ARCHITECTURE/libmapcontig.so. And its installation for C programs.

VERSION := 0.1.0
SONAME := libmapcontig.so.$(firstword $(subst ., ,$(VERSION)))

# What the compiler makes code for: x86_64, aarch64 or one that has no libmapcontig.
HOST := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
# In JNA's words
JNA_x86_64 := x86-64
JNA_aarch64 := aarch64
# Debian's names of the cross compilers
CC_x86_64 := x86_64-linux-gnu-gcc
CC_aarch64 := aarch64-linux-gnu-gcc
PACKAGES_x86_64 := gcc-x86-64-linux-gnu libc6-dev-amd64-cross
PACKAGES_aarch64 := gcc-aarch64-linux-gnu libc6-dev-arm64-cross
CC_$(HOST) := $(CC)

HARDENED := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fno-plt
HARDENED_x86_64 := -fcf-protection
HARDENED_aarch64 := -mbranch-protection=standard
# Stripped and without a build ID: the same compiler gives the same bytes wherever the sources are.
LIB_CFLAGS := -O2 -std=c11 -D_GNU_SOURCE -Iinclude -Wall -Wextra -Werror -fPIC -fvisibility=hidden $(HARDENED)
LIB_LDFLAGS := -shared -s -Wl,-soname,$(SONAME) -Wl,--build-id=none -Wl,-z,defs,-z,relro,-z,now,-z,noexecstack

library = target/resources/linux-$(JNA_$(1))/libmapcontig.so
LIBRARY_SOURCES := $(sort $(wildcard lib/*.c))

# A compiler may be there and its C library not: only a compilation tells.
can_build = $(shell $(CC_$(1)) -shared -fPIC -include stdlib.h -x c -o /dev/null /dev/null 2>/dev/null && echo yes)

define library_rule
$(call library,$(1)): $(wildcard lib/*) include/mapcontig.h Makefile
	@mkdir -p $$(@D)
	$(CC_$(1)) $(LIB_CFLAGS) $(HARDENED_$(1)) $(LIB_LDFLAGS) -o target/$(1).so $(LIBRARY_SOURCES)
	lib/check-library target/$(1).so
	mv target/$(1).so $$@
endef

# The build goes on without an architecture, unless STRICT is set.
define missing_rule
$(call library,$(1)):
	@echo "native: no $$@: $(CC_$(1)) can not build it (Debian: $(PACKAGES_$(1)))" >&2; [ -z "$(STRICT)" ]
endef

$(foreach architecture,x86_64 aarch64,$(eval $(call $(if $(call can_build,$(architecture)),library_rule,missing_rule),$(architecture))))

libraries: $(call library,x86_64) $(call library,aarch64)

strict:
	$(MAKE) STRICT=1 all

# For C programs; needs no Java. PREFIX is where it will be, DESTDIR a folder that stands for / until then.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
INSTALL ?= install

install: $(call library,$(HOST))
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 644 include/mapcontig.h $(DESTDIR)$(INCLUDEDIR)/
	$(INSTALL) -m 755 $< $(DESTDIR)$(LIBDIR)/libmapcontig.so.$(VERSION)
	ln -sf libmapcontig.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libmapcontig.so
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@VERSION@|$(VERSION)|' \
		lib/mapcontig.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/mapcontig.pc
	chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/mapcontig.pc

uninstall:
	rm -f $(DESTDIR)$(INCLUDEDIR)/mapcontig.h $(DESTDIR)$(LIBDIR)/pkgconfig/mapcontig.pc \
		$(addprefix $(DESTDIR)$(LIBDIR)/,libmapcontig.so $(SONAME) libmapcontig.so.$(VERSION))

.PHONY: libraries strict install uninstall

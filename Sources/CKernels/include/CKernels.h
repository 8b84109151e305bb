// The C side of the toolkit: loops that Swift cannot multiversion, and libraries that speak C++.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "quantiles.h"

// The C side of the toolkit: loops that Swift cannot multiversion, and libraries that speak C++.
#pragma once
#include "cells.h"
#include "numbers.h"
#include "comoments.h"
#include "dense.h"
#include "elementwise.h"
#include "expectation.h"
#include "fields.h"
#include "fusion.h"
#include "optimizers.h"
#include "quantiles.h"
#include "rows.h"
#include "scatter.h"

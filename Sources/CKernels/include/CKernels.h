// The C side of the toolkit: loops that Swift cannot multiversion, and libraries that speak C++.
#pragma once
#include "cells.h"
#include "fields.h"
#include "quantiles.h"
#include "rows.h"
#include "scatter.h"

#!/bin/sh
if [ -z "$A" ]; then
  A="-Xmx1G -Da=b"
fi
#B="x"
export C=$(x y)
A="$A -Dq=1"

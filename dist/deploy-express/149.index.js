"use strict";exports.id=149,exports.ids=[149],exports.modules={83530:((s,r,e)=>{e.d(r,{fromEnv:()=>o.sF});var o=e(68741)})};

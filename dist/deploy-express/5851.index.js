exports.id=5851,exports.ids=[5851],exports.modules={73589:((e,t,r)=>{Object.defineProperty(t,"fetch",{get:()=>r(50734).hd}),Object.defineProperty(t,"ProxyAgent",{get:()=>r(50734).kT})})};
